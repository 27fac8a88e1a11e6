import { StateStore, Storage } from "../../lib/gcp";
import { KEY, NAMED, training } from "./parts";
import { rightsOf } from "./rights";
import { synthesize, variant } from "./synthesized";

// Every right that exists, spelled out. Whoever adds or takes away a role, a permission or a member changes a line here.

const USE_KEY = "roles/cloudkms.cryptoKeyEncrypterDecrypter on kms_crypto_key flowers";
const KEY_USERS = [
  "gcp-sa-aiplatform",
  "gcp-sa-artifactregistry",
  "gcp-sa-secretmanager",
  "gcp-sa-workflows",
  "serverless-robot-prod",
  "logging_project_cmek_settings service_account_id",
  "storage_project_service_account member",
].map((agent) => `${agent}: ${USE_KEY}`);
const PULL = ["gcp-sa-aiplatform", "serverless-robot-prod"].map(
  (agent) => `${agent}: roles/artifactregistry.reader on artifact_registry_repository flowers`,
);
const data = (datasets: string, models: string, readDatasets = "objectViewer"): string[] => [
  `flowers-train: roles/storage.${readDatasets} on storage_bucket ${datasets}`,
  `flowers-train: roles/storage.objectUser on storage_bucket ${models}`,
  `flowers-serve: roles/storage.objectViewer on storage_bucket ${models}`,
];
const ALWAYS = [
  "flowers-train: roles/logging.logWriter on project acme-vision",
  "flowers-workflow: aiplatform.customJobs.cancel,aiplatform.customJobs.create,aiplatform.customJobs.get," +
    "aiplatform.customJobs.list,workflows.executions.list on project acme-vision",
  "flowers-workflow: roles/logging.logWriter on project acme-vision",
  "flowers-workflow: roles/iam.serviceAccountUser on service_account flowers-train",
  "gcp-sa-aiplatform: roles/iam.serviceAccountTokenCreator on service_account flowers-train",
  "serverless-robot-prod: roles/iam.serviceAccountTokenCreator on service_account flowers-serve",
];
const OWN = data("acme-vision-flowers-datasets", "acme-vision-flowers-models");
const SCHEDULE = ["flowers-scheduler: roles/workflows.invoker on project acme-vision"];
const READ_KEY = ["flowers-serve: roles/secretmanager.secretAccessor on secret_manager_secret flowers-api-key"];
const PREDICTIONS = ["flowers-predictions: roles/bigquery.dataEditor on bigquery_dataset flowers_predictions"];
const BIGQUERY = [`bigquery_default_service_account member: ${USE_KEY}`];
const ATTACH = [
  "gcp-sa-aiplatform: compute.networkAttachments.get,compute.networkAttachments.update,compute.regionOperations.get " +
    "on project acme-vision",
];
const DEFAULT = [...KEY_USERS, ...BIGQUERY, ...PULL, ...OWN, ...ALWAYS, ...SCHEDULE, ...READ_KEY, ...PREDICTIONS];

describe("rights on Google Cloud", () => {
  test.each<[variant: string, rights: string[]]>([
    ["default", DEFAULT],
    ["gpu endpoint to zero", DEFAULT],
    ["reserved and multi-node", DEFAULT],
    ["tpu", DEFAULT],
    [
      "small, open and on CPU",
      [
        ...KEY_USERS,
        ...PULL,
        ...data("acme-vision-flowers-datasets", "acme-vision-flowers-models", "objectUser"),
        ...ALWAYS,
      ],
    ],
    ["private", [...DEFAULT.filter((right) => !READ_KEY.includes(right)), ...ATTACH]],
    [
      "private with a public front door",
      [...DEFAULT, ...ATTACH, "group:callers@example.com: roles/run.invoker on cloud_run_v2_service flowers-serve"],
    ],
    [
      "bring your own network, key, buckets and repository",
      [...data("our-datasets", "our-models"), ...ALWAYS, ...SCHEDULE, ...PREDICTIONS, ...ATTACH],
    ],
  ])("are exactly these: %s", (name, rights) => {
    expect(rightsOf(variant(name))).toEqual([...rights].sort());
  });

  test("let training write data sets only when it is asked to make one", () => {
    const datasets = (ML_SEED_DATASET: string): string[] =>
      rightsOf(synthesize((stack) => training(stack, { environment: { ML_SEED_DATASET } }))).filter((right) =>
        right.endsWith("our-datasets"),
      );
    expect(datasets("0")).toEqual(["flowers-train: roles/storage.objectViewer on storage_bucket our-datasets"]);
    expect(datasets("1")).toEqual(["flowers-train: roles/storage.objectUser on storage_bucket our-datasets"]);
  });

  test("are given to nobody by buckets alone, and to whoever deploys on the bucket of state alone", () => {
    const stores = synthesize((stack) => {
      new Storage(stack, "storage", { ...NAMED, encryption: KEY });
      new StateStore(stack, "state", { ...NAMED, deployers: ["group:platform@example.com"] });
    });
    expect(rightsOf(stores)).toEqual([
      "group:platform@example.com: roles/storage.objectUser on storage_bucket acme-vision-flowers-state",
    ]);
  });

  test("are given to service agents only once Google made them", () => {
    const made = variant("private with a public front door");
    const toAgents = Object.entries(made.resources)
      .filter(([type]) => type.endsWith("_iam_member"))
      .flatMap(([, all]) => Object.values(all))
      .filter(({ member }) => /service-123456789012|\$\{data\./.test(String(member)));
    expect(toAgents).toHaveLength(13);
    for (const { depends_on } of toAgents) expect(depends_on).toEqual(["time_sleep.environment_services_agents"]);
  });

  test("hang on roles whose ids are never used twice", () => {
    const suffix = "${substr(terraform_data.environment_suffix.id, 0, 8)}";
    expect(variant("private").each("google_project_iam_custom_role", "role_id")).toEqual({
      environment_training_attacher: `flowers_attacher_${suffix}`,
      environment_training_submitter: `flowers_submitter_${suffix}`,
    });
  });
});
