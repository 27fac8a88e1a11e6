import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { Environment } from "cdktf-pytorch-vision/aws";
import { Accelerator, Purchase, Schedule, Weekday } from "cdktf-pytorch-vision/core";

// A whole environment: spot GPUs that exist while something trains, an endpoint that costs nothing at rest.
const app = new App();
const stack = new TerraformStack(app, "flowers");
new AwsProvider(stack, "aws", { region: "us-east-1" });

const environment = new Environment(stack, "flowers", {
  name: "flowers",
  region: "us-east-1",
  training: { accelerator: Accelerator.gpu(16), purchase: Purchase.spot(), maxRunHours: 12 },
  inference: { minReplicas: 0, maxReplicas: 8 },
  retraining: { schedule: Schedule.weekly(Weekday.SUNDAY, 3) },
  budget: { monthlyUsd: 300 },
  observability: { alertEmails: ["ml@example.com"] },
});

new TerraformOutput(stack, "endpoint_url", { value: environment.outputs.endpointUrl });
new TerraformOutput(stack, "train_command", { value: environment.outputs.trainCommand });
app.synth();
