import type { Arguments, Configuration } from "./configuration";

// A small configuration with what is difficult for a provider: computed values that others need, sets with computed
// members, nested blocks, a second provider, data that is read after an apply, values that never leave the plan

const PROJECT = "example-project";
const AGENTS = ["aiplatform", "run"];

export interface Choices {
  readonly memory: string;
  readonly apis: string[];
  readonly keptDays: number;
  /** Keeps the key, against a destroy too. */
  readonly protect: boolean;
}

export const CHOICES: Choices = { memory: "1Gi", apis: ["iam", "run", "storage"], keptDays: 30, protect: false };

const provider = (name: string) => ({ source: `hashicorp/${name}` });
const sleep = (seconds: number, after: string) => ({ create_duration: `${seconds}s`, depends_on: [after] });

const bucket = ({ keptDays }: Choices): Arguments => ({
  name: `${PROJECT}-flowers-models`,
  location: "us-central1",
  uniform_bucket_level_access: true,
  versioning: { enabled: true },
  encryption: { default_kms_key_name: "${google_kms_crypto_key.this.id}" },
  lifecycle_rule: [
    { action: { type: "Delete" }, condition: { days_since_noncurrent_time: keptDays, with_state: "ARCHIVED" } },
    { action: { type: "Delete" }, condition: { age: 14, matches_prefix: ["runs/"], matches_suffix: [".pt"] } },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
  ],
  labels: { environment: "flowers" },
  depends_on: ["time_sleep.key"],
});

const service = ({ memory }: Choices): Arguments => ({
  name: "flowers-serve",
  location: "us-central1",
  template: {
    service_account: "${google_service_account.serve.email}",
    encryption_key: "${google_kms_crypto_key.this.id}",
    scaling: { min_instance_count: 0, max_instance_count: 2 },
    containers: [
      {
        image: "example.com/classifier:v1",
        ports: { container_port: 8080 },
        resources: { limits: { cpu: "2", memory } },
        env: [
          { name: "ML_ROLE", value: "serve" },
          { name: "ML_MODEL_URI", value: "gs://${google_storage_bucket.models.name}/models" },
          {
            name: "ML_API_KEY",
            value_source: {
              secret_key_ref: { secret: "${google_secret_manager_secret.key.secret_id}", version: "latest" },
            },
          },
        ],
        startup_probe: { http_get: { path: "/ready", port: 8080 }, failure_threshold: 48 },
      },
    ],
  },
  lifecycle: { ignore_changes: ["client"] },
});

export function google(choices: Partial<Choices> = {}): Configuration {
  const all = { ...CHOICES, ...choices };
  return {
    terraform: {
      required_providers: {
        google: provider("google"),
        "google-beta": provider("google-beta"),
        time: provider("time"),
      },
    },
    provider: {
      google: { project: PROJECT, region: "us-central1", default_labels: { owner: "ml" } },
      "google-beta": { project: PROJECT, region: "us-central1" },
      time: {},
    },
    data: { google_storage_project_service_account: { this: { depends_on: ["time_sleep.apis"] } } },
    resource: {
      google_project_service: {
        api: {
          for_each: `\${toset(${JSON.stringify(all.apis)})}`,
          service: "${each.key}.googleapis.com",
          disable_on_destroy: false,
        },
      },
      time_sleep: {
        apis: sleep(90, "google_project_service.api"),
        key: {
          ...sleep(60, "google_kms_crypto_key_iam_member.user"),
          triggers: { key: "${google_kms_crypto_key.this.id}" },
        },
      },
      google_project_service_identity: {
        agent: {
          for_each: `\${toset(${JSON.stringify(AGENTS)})}`,
          provider: "google-beta",
          service: "${each.key}.googleapis.com",
          depends_on: ["time_sleep.apis"],
        },
      },
      terraform_data: { suffix: { input: "flowers" } },
      google_kms_key_ring: {
        this: { name: "flowers-${substr(terraform_data.suffix.id, 0, 8)}", location: "us-central1" },
      },
      google_kms_crypto_key: {
        this: {
          name: "flowers",
          key_ring: "${google_kms_key_ring.this.id}",
          rotation_period: "7776000s",
          version_template: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION" },
          lifecycle: { prevent_destroy: all.protect },
        },
      },
      google_kms_crypto_key_iam_member: {
        user: {
          for_each:
            "${merge({ for k, v in google_project_service_identity.agent : k => v.email }, " +
            "{ storage = data.google_storage_project_service_account.this.email_address })}",
          crypto_key_id: "${google_kms_crypto_key.this.id}",
          role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
          member: "serviceAccount:${each.value}",
        },
      },
      google_storage_bucket: { models: bucket(all) },
      google_service_account: { serve: { account_id: "flowers-serve" } },
      google_storage_bucket_iam_member: {
        serve: {
          bucket: "${google_storage_bucket.models.name}",
          role: "roles/storage.objectViewer",
          member: "${google_service_account.serve.member}",
        },
      },
      google_secret_manager_secret: {
        key: {
          secret_id: "flowers-api-key",
          replication: { user_managed: { replicas: [{ location: "us-central1" }] } },
        },
      },
      google_secret_manager_secret_version: {
        key: {
          secret: "${google_secret_manager_secret.key.id}",
          secret_data_wo: "not a secret",
          secret_data_wo_version: 1,
        },
      },
      google_cloud_run_v2_service: { this: service(all) },
    },
    output: {
      url: { value: "${google_cloud_run_v2_service.this.uri}" },
      key: { value: "${google_kms_crypto_key.this.id}" },
      member: { value: "${google_service_account.serve.member}" },
    },
  };
}
