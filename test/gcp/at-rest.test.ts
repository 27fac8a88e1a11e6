import { leaves, Synthesized, variant } from "./synthesized";
import { KEY_ID } from "./variants";

const KEY = "${google_kms_crypto_key.environment_encryption.id}";
const WAIT = "time_sleep.environment_encryption_granted";

// A job's own disks get the key from the workflow's variable.
const ENCRYPTION = /(kms_key|crypto_key_name|encryption_key|KMS_KEY)[^.]*$/;

/** Every argument that names a key, as `resource argument: value`. */
function keysOf(synthesized: Synthesized): string[] {
  const lines = Object.entries(synthesized.resources).flatMap(([type, all]) =>
    Object.entries(all).flatMap(([id, given]) =>
      leaves(given)
        .filter(([path]) => ENCRYPTION.test(path))
        .map(([path, value]) => `${type}.${id} ${path}: ${value}`),
    ),
  );
  return lines.map((line) => line.replaceAll("google_", "").replaceAll("environment_", "")).sort();
}

const key = KEY.replaceAll("google_", "").replaceAll("environment_", "");
const NOT_STORED = (of: string): string[] => [
  `cloud_run_v2_service.inference template.encryption_key: ${of}`,
  `logging_project_bucket_config.observability_logs cmek_settings.kms_key_name: ${of}`,
  `workflows_workflow.training crypto_key_name: ${of}`,
  `workflows_workflow.training user_env_vars.KMS_KEY: ${of}`,
];
const DATASET = (of: string): string =>
  `bigquery_dataset.observability_predictions default_encryption_configuration.kms_key_name: ${of}`;
const SECRET =
  "secret_manager_secret.inference_key " +
  `replication.user_managed.replicas[0].customer_managed_encryption.kms_key_name: ${key}`;
const STORED = [
  `artifact_registry_repository.registry kms_key_name: ${key}`,
  `storage_bucket.storage_datasets encryption.default_kms_key_name: ${key}`,
  `storage_bucket.storage_models encryption.default_kms_key_name: ${key}`,
];
const ENCRYPTED = [
  "google_artifact_registry_repository",
  "google_bigquery_dataset",
  "google_cloud_run_v2_service",
  "google_logging_project_bucket_config",
  "google_secret_manager_secret",
  "google_storage_bucket",
  "google_workflows_workflow",
];

describe("encryption at rest on Google Cloud", () => {
  test.each<[variant: string, keys: string[]]>([
    ["default", [...NOT_STORED(key), ...STORED, DATASET(key), SECRET]],
    ["gpu endpoint to zero", [...NOT_STORED(key), ...STORED, DATASET(key), SECRET]],
    ["private", [...NOT_STORED(key), ...STORED, DATASET(key)]],
    ["small, open and on CPU", [...NOT_STORED(key), ...STORED]],
    ["bring your own network, key, buckets and repository", [...NOT_STORED(KEY_ID), DATASET(KEY_ID)]],
  ])("has the environment's key on everything that can have one: %s", (name, keys) => {
    expect(keysOf(variant(name))).toEqual([...keys].sort());
  });

  test("waits for every grant of the key, and a while longer", () => {
    const made = variant("default");
    const waiting = ENCRYPTED.flatMap((type) => made.list(type));
    expect(waiting).toHaveLength(8);
    for (const { depends_on } of waiting) expect(depends_on).toContain(WAIT);
    const { depends_on, ...wait } = made.one("time_sleep", "environment_encryption_granted");
    expect(wait).toEqual({ create_duration: "60s", triggers: { key: KEY } });
    const grants = Object.keys(made.all("google_kms_crypto_key_iam_member"));
    expect(depends_on).toEqual(expect.arrayContaining(grants.map((id) => `google_kms_crypto_key_iam_member.${id}`)));
    expect(grants).toHaveLength(8);
  });

  test("is by a key that is rotated, and that can be brought back for 30 days", () => {
    expect(variant("default").only("google_kms_crypto_key")).toEqual({
      name: "flowers",
      key_ring: "${google_kms_key_ring.environment_encryption_ring.id}",
      purpose: "ENCRYPT_DECRYPT",
      rotation_period: "7776000s",
      destroy_scheduled_duration: "2592000s",
      version_template: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protection_level: "SOFTWARE" },
      lifecycle: { prevent_destroy: true },
      labels: { environment: "flowers", "managed-by": "cdktf-pytorch-vision" },
    });
  });

  test("makes no key where one is brought, and asks for no grant", () => {
    const brought = variant("bring your own network, key, buckets and repository");
    const made = Object.keys(brought.types()).filter((type) => type.startsWith("google_kms_"));
    expect(made).toEqual([]);
  });
});

describe("what stays taken after a destroy", () => {
  const suffix = "${substr(terraform_data.environment_suffix.id, 0, 8)}";

  test("is called differently each time: key ring and log bucket", () => {
    const made = variant("default");
    expect(made.only("google_kms_key_ring").name).toBe(`flowers-${suffix}`);
    expect(made.only("google_logging_project_bucket_config").bucket_id).toBe(`flowers-logs-${suffix}`);
    expect(made.all("terraform_data")).toEqual({ environment_suffix: {} });
  });
});

describe("what is kept, and for how long", () => {
  test("are logs and predictions for a year", () => {
    const made = variant("default");
    expect(made.only("google_logging_project_bucket_config").retention_days).toBe(365);
    expect(made.only("google_bigquery_dataset").default_partition_expiration_ms).toBe(365 * 24 * 3600 * 1000);
  });

  test("are old versions for 30 days, replaced checkpoints for one, and checkpoints for 30", () => {
    const rules = (id: string): unknown => variant("default").one("google_storage_bucket", id).lifecycle_rule;
    const remove = (condition: object): object => ({ action: { type: "Delete" }, condition });
    const old = remove({ days_since_noncurrent_time: 30, with_state: "ARCHIVED" });
    const uploads = { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } };
    const checkpoints = { matches_prefix: ["runs/"], matches_suffix: [".pt"] };
    expect(rules("environment_storage_datasets")).toEqual([old, uploads]);
    expect(rules("environment_storage_models")).toEqual([
      old,
      remove({ days_since_noncurrent_time: 1, with_state: "ARCHIVED", ...checkpoints }),
      remove({ age: 30, with_state: "LIVE", ...checkpoints }),
      uploads,
    ]);
  });

  test("are deleted data sets for a week, deleted checkpoints not at all, since there is one every few minutes", () => {
    expect(variant("default").each("google_storage_bucket", "soft_delete_policy")).toEqual({
      environment_storage_datasets: { retention_duration_seconds: 604800 },
      environment_storage_models: { retention_duration_seconds: 0 },
    });
  });
});
