import * as aws from "../../lib/aws";
import { REGION } from "./aws";
import { provesCycle } from "./cycle";

// What a newcomer has: no image yet, and a month later one, with more room, another budget and the protection off
provesCycle({
  name: "the default environment",
  before: (stack) => {
    new aws.Environment(stack, "environment", {
      name: "flowers",
      region: REGION,
      observability: { alertEmails: ["ml@example.com"] },
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
      observability: { alertEmails: ["ml@example.com"] },
      budget: { monthlyUsd: 400 },
    });
  },
  // The function that answered while there was no image
  removed: [
    "delete aws_lambda_alias.environment_inference_function_placeholder_live",
    "delete aws_lambda_function.environment_inference_function_placeholder",
    "delete aws_lambda_permission.environment_inference_function_placeholder_live_api",
    "delete aws_s3_object.environment_inference_function_placeholder-code",
  ],
});
