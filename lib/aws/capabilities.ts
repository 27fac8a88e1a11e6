import { Capability, CapabilitySupport, SupportLevel } from "../core/capability";

const native = (capability: Capability, how: string): CapabilitySupport => ({
  capability,
  level: SupportLevel.NATIVE,
  how,
});
const emulated = (capability: Capability, how: string): CapabilitySupport => ({
  capability,
  level: SupportLevel.EMULATED,
  how,
});
const absent = (capability: Capability, how: string): CapabilitySupport => ({
  capability,
  level: SupportLevel.ABSENT,
  how,
});

export const CAPABILITIES: CapabilitySupport[] = [
  native(Capability.TRAINING_TO_ZERO, "AWS Batch with a minimum of 0 vCPUs"),
  native(Capability.GPU_TRAINING, "AWS Batch on EC2 with the ECS_AL2023_NVIDIA image"),
  absent(Capability.TPU_TRAINING, "AWS has no TPU: refused; Google Cloud has"),
  native(
    Capability.MULTI_NODE_TRAINING,
    "Batch multi-node parallel jobs over TCP (no EFA), on demand or reserved, not on spot",
  ),
  native(Capability.SPOT_TRAINING, "a spot compute environment, 10 attempts; spotFallback adds an on-demand one"),
  native(Capability.RESERVED_TRAINING, "capacity reservation by id; Savings Plans apply by themselves"),
  native(Capability.TRAINING_QUEUE, "Batch job queue, first in, first out"),
  native(Capability.RUN_TIME_LIMIT, "Batch job timeout, counted for each attempt"),
  native(Capability.SCHEDULED_RETRAINING, "EventBridge Scheduler starts a Step Functions state machine"),
  native(Capability.CPU_ENDPOINT, "ECS on Fargate behind an HTTP API"),
  native(
    Capability.CPU_ENDPOINT_TO_ZERO,
    "Lambda container: images up to 4.5 MB, one request per instance, ceiling held by throttling (429)",
  ),
  native(
    Capability.ENDPOINT_AUTOSCALING,
    "requests per minute and replica, worked out from concurrency and latency; Lambda by itself",
  ),
  native(Capability.TLS_ENDPOINT, "HTTP API: 10 MB a request, 30 s"),
  native(Capability.GPU_ENDPOINT, "ECS on EC2 with a GPU capacity provider, from 1 replica"),
  absent(Capability.GPU_ENDPOINT_TO_ZERO, "a GPU endpoint keeps one replica at least: minReplicas 0 is refused"),
  emulated(Capability.API_KEY, "the container checks the bearer key that lies in Secrets Manager"),
  native(Capability.PRIVATE_ENDPOINT, "internal load balancer; HTTP unless a certificate is given"),
  native(Capability.PRIVATE_NETWORK, "interface endpoints, no NAT, no internet gateway"),
  native(Capability.CUSTOMER_KEYS, "one KMS key for buckets, images, logs, volumes, secrets and alerts"),
  native(Capability.IMAGE_SCANNING, "Amazon ECR scan on push"),
  native(Capability.LOGS, "CloudWatch Logs"),
  native(Capability.DASHBOARD, "CloudWatch"),
  native(Capability.ALARMS, "CloudWatch alarms and EventBridge rules to an SNS topic"),
  emulated(Capability.PREDICTION_ANALYTICS, "saved CloudWatch Logs Insights query over the prediction lines"),
  native(Capability.BUDGET, "AWS Budgets; counts once the tag environment is activated for cost allocation"),
  native(Capability.DELETION_PROTECTION, "buckets, repository, load balancer, key and secret"),
  native(Capability.STATE_LOCKING, "S3 backend with a lock file"),
];
