import { NameRule } from "../core/resource-names";

// Elastic Container Registry: 2 to 256 characters.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
export const REPOSITORY: NameRule = { kind: "Amazon ECR repository", maxLength: 256 };

// S3 buckets: 63 characters, of which the account, a region and two hyphens are up to 30. Reserved beginnings:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
export const BUCKET: NameRule = {
  kind: "Amazon S3 bucket",
  maxLength: 63 - 30,
  reservedPrefixes: ["sthree-", "amzn-s3-demo-"],
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
export const ROLE: NameRule = { kind: "IAM role", maxLength: 64 };

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
export const LOAD_BALANCER: NameRule = {
  kind: "Application Load Balancer",
  maxLength: 32,
  reservedPrefixes: ["internal-"],
};

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
export const CAPACITY_PROVIDER: NameRule = {
  kind: "ECS capacity provider",
  maxLength: 255,
  reservedPrefixes: ["aws", "ecs", "fargate"],
};

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
export const FUNCTION: NameRule = { kind: "Lambda function", maxLength: 64 };
