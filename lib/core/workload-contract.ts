import { Token } from "cdktf";
import { badVariableName, ownedVariable, unknownVariable } from "./errors";
import { checkKnown } from "./validation";

/** The port that the container listens on, on every cloud. */
export const CONTAINER_PORT = 8080;
/** Answers 200 while the process lives. */
export const HEALTH_PATH = "/health";
/** Answers 200 when the container can serve, or waits for its first model. */
export const READY_PATH = "/ready";
/** Takes an image, answers with labels and scores. */
export const PREDICT_PATH = "/predict";

/** How the container's process ends: done; interrupted, so run it again; wrong settings, so do not. */
export const EXIT_STATUS = { done: 0, interrupted: 75, invalid: 64 } as const;

/** The user that the image runs as. */
export const CONTAINER_USER = 10001;

/** Names of the numbers in `metrics` log lines: dashboards and alarms are built from them. */
export const TRAIN_METRICS = [
  "train_loss",
  "train_images_per_second",
  "val_accuracy",
  "checkpoint_seconds",
  "resumed",
] as const;
export const SERVE_METRICS = [
  "requests",
  "errors_4xx",
  "errors_5xx",
  "rejected_503",
  "error_rate_percent",
  "latency_p50_ms",
  "latency_p95_ms",
  "latency_p99_ms",
  "images_per_second",
  "batch_size_avg",
  "queue_depth_max",
  "model_ready",
] as const;

/** Which command reads a variable. */
export type WorkloadRole = "train" | "serve" | "both";

/** What a value must be: `0` or `1`, a whole number, a number, any text. */
export type WorkloadKind = "flag" | "integer" | "number" | "string";

/** A variable of the container: name, who reads it, what it must be, its default as text. */
type Variable = readonly [name: string, role: WorkloadRole, kind: WorkloadKind, fallback: string | null];

/** Every `ML_*` variable that the container reads. `null`: unset, or worked out at run time. */
export const WORKLOAD_VARIABLES: readonly Variable[] = [
  ["ML_CLOUD", "both", "string", "local"],
  ["ML_RUN_ID", "both", "string", "local"],
  ["ML_ROLE", "both", "string", null],
  ["ML_DATASET_URI", "train", "string", null],
  ["ML_OUTPUT_URI", "train", "string", null],
  ["ML_MODEL_URI", "both", "string", null],
  ["ML_MODEL_VERSION", "serve", "string", null],
  ["ML_SEED_DATASET", "train", "flag", "0"],
  ["ML_PRETRAINED", "train", "string", "none"],
  ["ML_ARCH", "train", "string", "resnet18"],
  ["ML_IMAGE_SIZE", "train", "integer", "224"],
  ["ML_EPOCHS", "train", "integer", "3"],
  ["ML_BATCH_SIZE", "train", "integer", "64"],
  ["ML_LR", "train", "number", "0.002"],
  ["ML_SEED", "train", "integer", "0"],
  ["ML_MAX_STEPS", "train", "integer", "0"],
  ["ML_AMP", "both", "string", "auto"],
  ["ML_DEVICE", "both", "string", "auto"],
  ["ML_WORKERS", "train", "integer", "0"],
  ["ML_CHECKPOINT_SECONDS", "train", "number", "300"],
  ["ML_INT8_MAX_DROP", "train", "number", null],
  ["ML_PROMOTE_MIN_ACCURACY", "train", "number", "0"],
  ["ML_NPROC", "train", "integer", null],
  ["ML_NNODES", "train", "integer", null],
  ["ML_NODE_RANK", "train", "integer", null],
  ["ML_MASTER_ADDR", "train", "string", null],
  ["ML_MASTER_PORT", "train", "integer", "29500"],
  ["ML_ENGINE", "serve", "string", "auto"],
  ["ML_CPU_THREADS", "both", "integer", null],
  ["ML_API_KEY", "serve", "string", null],
  ["ML_LOG_PREDICTIONS", "serve", "number", "1"],
  ["ML_MAX_BATCH", "serve", "integer", "16"],
  ["ML_BATCH_WAIT_MS", "serve", "number", "0"],
  ["ML_MAX_QUEUE", "serve", "integer", "256"],
  ["ML_REQUEST_TIMEOUT_SECONDS", "serve", "number", "10"],
  ["ML_TOP_K", "serve", "integer", "5"],
  ["ML_MAX_IMAGE_BYTES", "serve", "integer", "10485760"],
  ["ML_MAX_IMAGE_PIXELS", "serve", "integer", "50000000"],
  ["ML_MODEL_POLL_SECONDS", "serve", "number", "60"],
  ["ML_DRAIN_SECONDS", "serve", "number", "3"],
  ["ML_GRACE_SECONDS", "serve", "integer", "6"],
  ["ML_METRICS_PORT", "serve", "integer", "9090"],
  ["ML_METRICS_SECONDS", "serve", "number", "60"],
  ["ML_METRICS_NAMESPACE", "both", "string", "ImageClassifier"],
  ["ML_SCRATCH", "both", "string", "/tmp/image-classifier"],
];

/** What every environment sets itself: rights, addresses and dashboards hang on them. */
const OWNED = [
  "ML_CLOUD",
  "ML_ROLE",
  "ML_RUN_ID",
  "ML_OUTPUT_URI",
  "ML_MODEL_URI",
  "ML_METRICS_NAMESPACE",
  "ML_API_KEY",
];

/** Refuses variables that the container would not read, a misspelt one above all, and names that no shell could set. */
export function checkVariables(
  prop: string,
  variables: { [name: string]: string } | undefined,
  role: "train" | "serve",
): void {
  checkKnown(prop, variables, "write the map out; each value may be a token");
  const readable = WORKLOAD_VARIABLES.filter(([, reader]) => reader === "both" || reader === role).map(
    ([name]) => name,
  );
  for (const name of Object.keys(variables ?? {})) {
    if (Token.isUnresolved(name)) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw badVariableName(prop, name);
    if (OWNED.includes(name)) throw ownedVariable(prop, name, "the environment");
    if (name.startsWith("ML_") && !readable.includes(name)) throw unknownVariable(prop, name, nearest(name, readable));
  }
}

function nearest(name: string, candidates: string[]): string | undefined {
  const distances = candidates.map((candidate) => [editDistance(name, candidate), candidate] as const);
  const [distance, candidate] = distances.reduce((best, next) => (next[0] < best[0] ? next : best));
  return distance <= 3 ? candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
