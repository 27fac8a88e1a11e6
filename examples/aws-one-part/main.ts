import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { Encryption, Network, Storage, Training } from "cdktf-pytorch-vision/aws";
import { Accelerator } from "cdktf-pytorch-vision/core";

// Only the training queue, in a repository that has buckets, a key and a network already.
const app = new App();
const stack = new TerraformStack(app, "training");
new AwsProvider(stack, "aws", { region: "eu-central-1" });

const subnetIds = new TerraformVariable(stack, "private_subnet_ids", { type: "list(string)" });
const vpcId = new TerraformVariable(stack, "vpc_id", { type: "string" });
// Its policy holds the statements that Encryption.fromKeyArn names.
const keyArn = new TerraformVariable(stack, "key_arn", { type: "string" });
const datasets = new S3Bucket(stack, "datasets", { bucketPrefix: "our-datasets-" });
const models = new S3Bucket(stack, "models", { bucketPrefix: "our-models-" });

new Training(stack, "training", {
  name: "birds",
  region: "eu-central-1",
  network: Network.fromSubnets(vpcId.stringValue, subnetIds.listValue, "10.0.0.0/16"),
  encryption: Encryption.fromKeyArn(keyArn.stringValue),
  storage: Storage.fromBuckets(datasets.bucket, models.bucket),
  image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/birds:2026-11-cuda",
  accelerator: Accelerator.A10G,
  acceleratorsPerNode: 4,
  nodes: 2,
  environment: { ML_EPOCHS: "90", ML_ARCH: "resnet50" },
});
app.synth();
