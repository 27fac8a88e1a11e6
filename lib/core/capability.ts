/** A promise that an environment keeps on each cloud natively, by emulation, or not at all. */
export enum Capability {
  /** Training machines exist only while something trains. */
  TRAINING_TO_ZERO = "training-to-zero",
  /** Training on NVIDIA GPUs. */
  GPU_TRAINING = "gpu-training",
  /** Training on Google TPUs. */
  TPU_TRAINING = "tpu-training",
  /** One run on several machines. */
  MULTI_NODE_TRAINING = "multi-node-training",
  /** Training on capacity that can be taken back. */
  SPOT_TRAINING = "spot-training",
  /** Training on capacity committed to beforehand. */
  RESERVED_TRAINING = "reserved-training",
  /** Runs wait for each other, first in, first out. */
  TRAINING_QUEUE = "training-queue",
  /** A run that goes on for too long is stopped. */
  RUN_TIME_LIMIT = "run-time-limit",
  /** Training on a schedule. */
  SCHEDULED_RETRAINING = "scheduled-retraining",
  /** An endpoint on CPU. */
  CPU_ENDPOINT = "cpu-endpoint",
  /** An endpoint on CPU that costs nothing at rest. */
  CPU_ENDPOINT_TO_ZERO = "cpu-endpoint-to-zero",
  /** More replicas under load, fewer without. */
  ENDPOINT_AUTOSCALING = "endpoint-autoscaling",
  /** TLS without a domain of one's own. */
  TLS_ENDPOINT = "tls-endpoint",
  /** An endpoint on GPU. */
  GPU_ENDPOINT = "gpu-endpoint",
  /** An endpoint on GPU that costs nothing at rest. */
  GPU_ENDPOINT_TO_ZERO = "gpu-endpoint-to-zero",
  /** Only callers with the key are answered. */
  API_KEY = "api-key",
  /** An endpoint that only the network reaches. */
  PRIVATE_ENDPOINT = "private-endpoint",
  /** No route to the internet. */
  PRIVATE_NETWORK = "private-network",
  /** Data at rest is encrypted with a key of the environment's own. */
  CUSTOMER_KEYS = "customer-keys",
  /** Pushed images are scanned for known vulnerabilities. */
  IMAGE_SCANNING = "image-scanning",
  /** Logs in the cloud's own log service. */
  LOGS = "logs",
  /** A dashboard. */
  DASHBOARD = "dashboard",
  /** Alarms on latency, errors and failed runs. */
  ALARMS = "alarms",
  /** Predictions counted by label over time. */
  PREDICTION_ANALYTICS = "prediction-analytics",
  /** Warnings about spending. */
  BUDGET = "budget",
  /** What cannot be made again is not destroyed by accident. */
  DELETION_PROTECTION = "deletion-protection",
  /** Two people cannot change the same state at once. */
  STATE_LOCKING = "state-locking",
}

/** How far a cloud keeps a promise. */
export enum SupportLevel {
  /** The cloud does it. */
  NATIVE = "native",
  /** Built from other parts of the cloud. */
  EMULATED = "emulated",
  /** Not there: asked for, it is refused or warned about by name. */
  ABSENT = "absent",
}

/** One promise on one cloud. */
export interface CapabilitySupport {
  /** The promise. */
  readonly capability: Capability;
  /** How far it is kept. */
  readonly level: SupportLevel;
  /** By what, and with which limits. */
  readonly how: string;
}
