import { Capability, CapabilitySupport, SupportLevel } from "../core/capability";

const entry =
  (level: SupportLevel) =>
  (capability: Capability, how: string): CapabilitySupport => ({ capability, level, how });
const native = entry(SupportLevel.NATIVE);
const emulated = entry(SupportLevel.EMULATED);

export const CAPABILITIES: CapabilitySupport[] = [
  native(Capability.TRAINING_TO_ZERO, "Vertex AI custom jobs exist only while they run"),
  native(Capability.GPU_TRAINING, "Vertex AI custom jobs with T4, L4, A100, H100, H200, B200 or RTX PRO 6000"),
  native(Capability.TPU_TRAINING, "Vertex AI custom jobs with TPU v5e or v6e on one host, 1, 4 or 8 chips"),
  native(Capability.MULTI_NODE_TRAINING, "two worker pools of one custom job, on spot too"),
  native(Capability.SPOT_TRAINING, "the strategy SPOT; the workflow submits again what was preempted"),
  native(Capability.RESERVED_TRAINING, "a reservation by name, or any that matches; it must be shared with Vertex AI"),
  emulated(Capability.TRAINING_QUEUE, "the workflow waits until older executions of it are done, first in, first out"),
  emulated(Capability.RUN_TIME_LIMIT, "the workflow counts running time over all attempts, at most 168 hours"),
  native(Capability.SCHEDULED_RETRAINING, "Cloud Scheduler starts the workflow"),
  native(Capability.CPU_ENDPOINT, "Cloud Run"),
  native(Capability.CPU_ENDPOINT_TO_ZERO, "Cloud Run"),
  native(Capability.ENDPOINT_AUTOSCALING, "Cloud Run, by requests in flight"),
  native(Capability.TLS_ENDPOINT, "Cloud Run's own address: 32 MiB a request"),
  native(Capability.GPU_ENDPOINT, "Cloud Run with one L4 or RTX PRO 6000 a replica"),
  native(Capability.GPU_ENDPOINT_TO_ZERO, "Cloud Run"),
  emulated(Capability.API_KEY, "the container checks the bearer key that lies in Secret Manager"),
  native(Capability.PRIVATE_ENDPOINT, "internal ingress"),
  native(Capability.PRIVATE_NETWORK, "a VPC that reaches nothing but Google's APIs; a job's own egress stays Google's"),
  native(Capability.CUSTOMER_KEYS, "one Cloud KMS key for buckets, images, jobs, endpoint, secret, logs and dataset"),
  native(Capability.IMAGE_SCANNING, "Artifact Analysis, billed for each pushed image"),
  native(Capability.LOGS, "Cloud Logging"),
  native(Capability.DASHBOARD, "Cloud Monitoring"),
  native(Capability.ALARMS, "Cloud Monitoring alert policies"),
  native(Capability.PREDICTION_ANALYTICS, "a log sink to BigQuery"),
  native(Capability.BUDGET, "Cloud Billing budget of the whole project; needs billingAccount"),
  native(Capability.DELETION_PROTECTION, "buckets, repository, key, endpoint, workflow, secret and dataset"),
  native(Capability.STATE_LOCKING, "the GCS backend locks by itself"),
];
