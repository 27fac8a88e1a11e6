import { Schedule } from "../../lib";
import * as aws from "../../lib/aws";
import { REGION } from "./aws";
import { provesCycle } from "./cycle";

// An endpoint that is always on, trained again every night
provesCycle({
  name: "the always-on environment",
  before: (stack) => {
    new aws.Environment(stack, "environment", {
      name: "flowers",
      region: REGION,
      inference: { minReplicas: 1 },
      retraining: { schedule: Schedule.daily(3) },
      budget: { monthlyUsd: 300 },
    });
  },
  after: (stack) => {
    new aws.Environment(stack, "environment", {
      name: "flowers",
      region: REGION,
      imageTag: "v1",
      deletionProtection: false,
      training: { scratchGib: 300 },
      inference: { minReplicas: 1, maxReplicas: 6 },
      retraining: { schedule: Schedule.daily(4) },
      budget: { monthlyUsd: 400 },
    });
  },
  // ECS knows no change of a task definition: another image is another revision
  removed: ["replace aws_ecs_task_definition.environment_inference_service_task"],
});
