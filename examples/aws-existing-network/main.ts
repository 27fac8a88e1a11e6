import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Encryption, Environment, Network } from "cdktf-pytorch-vision/aws";
import { Accelerator } from "cdktf-pytorch-vision/core";

// A closed environment in a network and with a key that the platform team owns: no way in but the VPC, no way out.
const app = new App();
const stack = new TerraformStack(app, "vision");
new AwsProvider(stack, "aws", { region: "us-east-1" });

new Environment(stack, "vision", {
  name: "vision",
  region: "us-east-1",
  imageTag: "2026-11",
  privateNetwork: true,
  network: Network.fromSubnets(
    "vpc-0123456789abcdef0",
    ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "10.20.0.0/16",
  ),
  encryption: Encryption.fromKeyArn("arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"),
  inference: { accelerator: Accelerator.gpu(24), minReplicas: 2, maxReplicas: 6 },
  tags: { team: "vision", "cost-center": "4711" },
});
app.synth();
