import { app, countsOf, snakeCase, stack } from "./synthesized";

const state = stack("gcp-state");
const gcp = stack("gcp");
const GOOGLE = {
  project: "example-project",
  region: "us-central1",
  user_project_override: true,
  billing_project: "example-project",
};

describe("the stack gcp-state", () => {
  test("has these resources and no other", () => {
    expect(countsOf(state)).toEqual({ google_project_service: 2, google_storage_bucket: 1 });
  });

  test("keeps its own state beside cdktf.json, not in the folder that anybody may delete", () => {
    expect(state.terraform.backend).toEqual({ local: { path: "../../../terraform.gcp-state.tfstate" } });
  });

  test("says what the bucket is called", () => {
    expect(Object.keys(state.output)).toEqual(["state_bucket"]);
  });

  test("is as it was reviewed", () => {
    expect(state.text).toMatchSnapshot();
  });
});

describe("the stack gcp", () => {
  test("has these resources and no other", () => {
    expect(countsOf(gcp)).toEqual({
      google_artifact_registry_repository: 1,
      google_artifact_registry_repository_iam_member: 2,
      google_bigquery_dataset: 1,
      google_bigquery_dataset_iam_member: 1,
      google_billing_budget: 1,
      google_cloud_run_v2_service: 1,
      google_cloud_scheduler_job: 1,
      google_kms_crypto_key: 1,
      google_kms_crypto_key_iam_member: 8,
      google_kms_key_ring: 1,
      google_logging_project_bucket_config: 1,
      google_logging_project_sink: 2,
      google_monitoring_alert_policy: 4,
      google_monitoring_dashboard: 1,
      google_monitoring_notification_channel: 1,
      google_project_iam_custom_role: 1,
      google_project_iam_member: 4,
      google_project_service: 17,
      google_project_service_identity: 5,
      google_secret_manager_secret: 1,
      google_secret_manager_secret_iam_member: 1,
      google_secret_manager_secret_version: 1,
      google_service_account: 4,
      google_service_account_iam_member: 3,
      google_storage_bucket: 2,
      google_storage_bucket_iam_member: 3,
      google_workflows_workflow: 1,
      terraform_data: 1,
      time_sleep: 4,
    });
  });

  test("keeps its state in the bucket that gcp-state makes", () => {
    const bucket = "example-project-flowers-state";
    expect(gcp.terraform.backend).toEqual({ gcs: { bucket, prefix: "flowers/gcp" } });
    expect(state.text).toContain(`"name": "${bucket}"`);
  });

  test("asks for a Terraform and providers that know all of it, in one project", () => {
    expect(gcp.terraform).toMatchObject({
      required_version: ">= 1.11, < 2",
      required_providers: {
        google: { source: "google", version: "~> 6.50" },
        "google-beta": { source: "hashicorp/google-beta", version: "~> 6.50" },
        time: { source: "hashicorp/time", version: ">= 0.9, < 1" },
      },
    });
    expect(gcp.provider).toEqual({ google: [GOOGLE], "google-beta": [GOOGLE], time: [{}] });
  });

  test("has an output for each of the environment's, in snake case", () => {
    const keys = Object.keys(app().gcp?.environment.outputs ?? {});
    expect(keys).toHaveLength(12);
    expect(Object.keys(gcp.output).sort()).toEqual(snakeCase(keys));
  });

  test("has no budget without a billing account", () => {
    expect(stack("gcp", { gcpBillingAccount: "" }).resource).not.toHaveProperty("google_billing_budget");
  });

  test("is as it was reviewed", () => {
    expect(gcp.text).toMatchSnapshot();
  });
});
