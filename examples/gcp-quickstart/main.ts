import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { Accelerator, Purchase, Schedule, TimeProvider, Weekday } from "cdktf-pytorch-vision/core";
import { Environment, GoogleBetaProvider } from "cdktf-pytorch-vision/gcp";

// The environment of aws-quickstart, on Google Cloud: only the import and the coordinates differ.
const app = new App();
const stack = new TerraformStack(app, "flowers");
const project = "acme-vision";
new GoogleProvider(stack, "google", { project, userProjectOverride: true, billingProject: project });
new GoogleBetaProvider(stack, "google-beta", { project });
new TimeProvider(stack, "time");

const environment = new Environment(stack, "flowers", {
  name: "flowers",
  project,
  projectNumber: "123456789012",
  billingAccount: "012345-6789AB-CDEF01",
  region: "us-central1",
  training: { accelerator: Accelerator.gpu(16), purchase: Purchase.spot(), maxRunHours: 12 },
  inference: { minReplicas: 0, maxReplicas: 8 },
  retraining: { schedule: Schedule.weekly(Weekday.SUNDAY, 3) },
  budget: { monthlyUsd: 300 },
  observability: { alertEmails: ["ml@example.com"] },
});

new TerraformOutput(stack, "endpoint_url", { value: environment.outputs.endpointUrl });
new TerraformOutput(stack, "train_command", { value: environment.outputs.trainCommand });
app.synth();
