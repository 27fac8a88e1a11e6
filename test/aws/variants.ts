import { TerraformStack } from "cdktf";
import * as aws from "../../lib/aws";
import { Accelerator, EndpointAccess, Purchase, Schedule, Weekday } from "../../lib/core";

/** A way to use an environment that real Terraform plans and checkov reads. */
export interface Variant {
  readonly name: string;
  readonly add: (stack: TerraformStack) => aws.Environment;
}

/** The environment of README: everything that is optional is there, nothing is on at rest. */
export const QUICKSTART: aws.EnvironmentProps = {
  name: "flowers",
  region: "us-east-1",
  retraining: { schedule: Schedule.weekly(Weekday.SUNDAY, 3) },
  budget: { monthlyUsd: 300 },
  observability: { alertEmails: ["ml@example.com"] },
};

export const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
export const CERTIFICATE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
export const RESERVATION = "cr-0123456789abcdef0";

const variant = (name: string, props: Partial<aws.EnvironmentProps>): Variant => ({
  name,
  add: (stack) => new aws.Environment(stack, "environment", { ...QUICKSTART, ...props }),
});

export const VARIANTS: readonly Variant[] = [
  variant("default", {}),
  variant("lambda with an image and reserved concurrency", { imageTag: "v1", reservedConcurrency: true }),
  variant("always on", { inference: { minReplicas: 1 }, imageTag: "v1" }),
  variant("gpu endpoint", { inference: { accelerator: Accelerator.L4 }, imageTag: "v1" }),
  variant("spot with fallback and no NAT gateway", {
    training: { purchase: Purchase.spot() },
    spotFallback: true,
    natGateways: 0,
    inference: { minReplicas: 1 },
  }),
  variant("reserved with a NAT gateway in each zone", {
    training: { purchase: Purchase.reserved(RESERVATION) },
    natGateways: 2,
  }),
  variant("multi-node", {
    training: { nodes: 2, accelerator: Accelerator.A10G, acceleratorsPerNode: 4 },
    imageTag: "v1",
  }),
  variant("training on CPU, without schedule and budget", {
    training: { accelerator: Accelerator.NONE },
    retraining: undefined,
    budget: undefined,
  }),
  variant("private", { privateNetwork: true, imageTag: "v1" }),
  variant("private with a public front door on lambda", {
    privateNetwork: true,
    imageTag: "v1",
    inference: { access: EndpointAccess.apiKey(), minReplicas: 0 },
  }),
  variant("private on gpu and several nodes", {
    privateNetwork: true,
    imageTag: "v1",
    training: { nodes: 2 },
    inference: { accelerator: Accelerator.gpu(16) },
  }),
  variant("open with a certificate", {
    inference: { access: EndpointAccess.open(), minReplicas: 1 },
    certificateArn: CERTIFICATE_ARN,
    certificateDomain: "ml.example.com",
  }),
  variant("bring your own network, key, buckets and repository", {
    network: aws.Network.fromSubnets(
      "vpc-0123456789abcdef0",
      ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      "10.0.0.0/16",
    ),
    encryption: aws.Encryption.fromKeyArn(KEY_ARN),
    buckets: aws.Storage.fromBuckets("our-datasets", "our-models", "our-logs"),
    registry: aws.Registry.fromRepository(
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision",
      "arn:aws:ecr:us-east-1:123456789012:repository/vision",
    ),
    inference: { minReplicas: 1 },
    imageTag: "v1",
  }),
  variant("bring your own private network", {
    network: aws.Network.fromSubnets(
      "vpc-0123456789abcdef0",
      ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      "10.0.0.0/16",
    ),
    privateNetwork: true,
    imageTag: "v1",
  }),
];
