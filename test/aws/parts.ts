import { TerraformStack } from "cdktf";
import * as aws from "../../lib/aws";
import { KEY_ARN } from "./variants";

export const NAMED = { name: "flowers", region: "us-east-1" } as const;

export const KEY = aws.Encryption.fromKeyArn(KEY_ARN);

export const NETWORK = aws.Network.fromSubnets(
  "vpc-0123456789abcdef0",
  ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  "10.0.0.0/16",
);

export const BUCKETS = aws.Storage.fromBuckets("our-datasets", "our-models", "our-logs");

export const REPOSITORY = aws.Registry.fromRepository(
  "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision",
  "arn:aws:ecr:us-east-1:123456789012:repository/vision",
);

/** A training whose network, key, buckets and repository are all brought along. */
export function training(stack: TerraformStack, props: Partial<aws.TrainingProps> = {}): aws.Training {
  const brought = { network: NETWORK, encryption: KEY, storage: BUCKETS, registry: REPOSITORY };
  return new aws.Training(stack, "training", { ...NAMED, ...brought, ...props });
}

/** An endpoint whose network, key, buckets and repository are all brought along. */
export function inference(stack: TerraformStack, props: Partial<aws.InferenceProps> = {}): aws.Inference {
  const brought = { network: NETWORK, encryption: KEY, storage: BUCKETS, registry: REPOSITORY };
  return new aws.Inference(stack, "inference", { ...NAMED, ...brought, ...props });
}
