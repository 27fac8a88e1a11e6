import { Accelerator, EndpointAccess, Purchase, Schedule } from "../../lib/core";
import { Environment, EnvironmentProps, ProjectServices, Storage } from "../../lib/gcp";
import { addOutputs } from "../../stacks/outputs";
import { BUCKETS, inference, KEY, NAMED, NETWORK, REPOSITORY, training } from "./parts";
import { Synthesized, synthesize, Value } from "./synthesized";
import { QUICKSTART } from "./variants";

let made: Environment;
function environment(props: Partial<EnvironmentProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = new Environment(stack, "environment", { ...QUICKSTART, ...props });
    addOutputs(stack, made.outputs);
  });
}
const outputs = (synthesized: Synthesized): { [name: string]: Value } =>
  Object.fromEntries(Object.entries(synthesized.outputs).map(([name, { value }]) => [name, value]));

const quickstart = environment();
const URI = "${google_cloud_run_v2_service.environment_inference.uri}";
const READ_KEY =
  "gcloud secrets versions access latest " +
  "--secret=${google_secret_manager_secret.environment_inference_key.secret_id} --project=acme-vision";

describe("the outputs of gcp.Environment", () => {
  test("are addresses, and commands that can be pasted into a shell", () => {
    expect(outputs(quickstart)).toEqual({
      cloud: "gcp",
      region: "us-central1",
      datasets_uri: "gs://${google_storage_bucket.environment_storage_datasets.name}/datasets/flowers/",
      models_uri: "gs://${google_storage_bucket.environment_storage_models.name}/models/flowers/",
      image_repository:
        "us-central1-docker.pkg.dev/acme-vision/" +
        "${google_artifact_registry_repository.environment_registry.repository_id}/classifier",
      registry_login_command: "gcloud auth configure-docker us-central1-docker.pkg.dev --quiet",
      train_command:
        "gcloud workflows execute ${google_workflows_workflow.environment_training.name} " +
        "--location=us-central1 --project=acme-vision --data='{}'",
      endpoint_url: URI,
      api_key_command: READ_KEY,
      predict_command:
        `curl --fail-with-body -sS -X POST ${URI}/predict -H "Authorization: Bearer $(${READ_KEY})" ` +
        "-H 'Content-Type: image/jpeg' --data-binary @image.jpg",
      logs_command:
        'gcloud logging read \'(resource.type="cloud_run_revision" AND ' +
        'resource.labels.service_name="${google_cloud_run_v2_service.environment_inference.name}") OR ' +
        'resource.type="ml_job"\' --project=acme-vision --freshness=1h --limit=100 ' +
        "--format='value(timestamp,severity,jsonPayload,textPayload)'",
      dashboard_url:
        "https://console.cloud.google.com/monitoring/dashboards/builder/" +
        "${basename(google_monitoring_dashboard.environment_observability_dashboard.id)}?project=acme-vision",
    });
  });

  test.each<{ way: string; props: Partial<EnvironmentProps> }>([
    { way: "open to everybody", props: { inference: { access: EndpointAccess.open() } } },
    { way: "inside a network", props: { inference: { access: EndpointAccess.privateOnly() } } },
    { way: "in a private network", props: { privateNetwork: true } },
  ])("say how to call an endpoint $way, which has no key", ({ props }) => {
    const synthesized = environment(props);
    expect(outputs(synthesized)).toMatchObject({
      api_key_command: "",
      predict_command: `curl --fail-with-body -sS -X POST ${URI}/predict -H 'Content-Type: image/jpeg' --data-binary @image.jpg`,
    });
    expect(synthesized.all("google_secret_manager_secret")).toEqual({});
    expect(made.inference.apiKeySecretName).toBeUndefined();
  });

  test("name the region and the project wherever they are", () => {
    const elsewhere = environment({ region: "europe-west4", project: "other-vision", projectNumber: "987654321098" });
    const text = JSON.stringify([elsewhere.resources, elsewhere.data, elsewhere.outputs]);
    expect(text.match(/us-central1|acme-vision|123456789012/g)).toBeNull();
  });
});

describe("gcp.Environment", () => {
  test("hands out its parts and what it chose", () => {
    environment({ inference: { accelerator: Accelerator.L4 }, training: { accelerator: Accelerator.A100_40GB } });
    const parts = ["services", "encryption", "storage", "registry", "training", "inference", "observability"];
    expect(made.node.children.map(({ node }) => node.id)).toEqual([
      "services",
      "encryption",
      "suffix",
      ...parts.slice(2),
      "retraining",
      "budget",
    ]);
    const { services, encryption, storage, registry, observability } = made;
    expect([services, encryption, storage, registry, made.training, made.inference, observability]).toEqual(
      parts.map((id) => made.node.findChild(id)),
    );
    expect(made.retraining).toBe(made.node.findChild("retraining"));
    expect(made.network).toBeUndefined();
    expect([made.trainingMachine.type, made.inferenceMachine.type]).toEqual(["a2-highgpu-1g", "Cloud Run with L4"]);
  });

  test("turns on only the APIs of what it has", () => {
    const apis = (synthesized: Synthesized): string[] =>
      Object.values(synthesized.each("google_project_service", "service")).map((api) => String(api).split(".")[0]);
    const always = apis(environment({ scanImages: false, retraining: undefined, budget: undefined }));
    expect([...always].sort()).toEqual([
      "aiplatform",
      "artifactregistry",
      "bigquery",
      "cloudkms",
      "cloudresourcemanager",
      "compute",
      "iam",
      "logging",
      "monitoring",
      "run",
      "secretmanager",
      "storage",
      "workflowexecutions",
      "workflows",
    ]);
    const more = (props: Partial<EnvironmentProps>): string[] =>
      apis(environment(props)).filter((api) => !always.includes(api));
    expect(more({})).toEqual(["billingbudgets", "cloudscheduler", "containerscanning"]);
    expect(more({ privateNetwork: true })).toEqual(["billingbudgets", "cloudscheduler", "containerscanning", "dns"]);
    expect(more({ privateNetwork: true, network: NETWORK })).not.toContain("dns");
    for (const api of quickstart.list("google_project_service")) {
      expect(api).toMatchObject({ disable_on_destroy: false, disable_dependent_services: false });
    }
  });

  test("makes what needs an API wait until that is on", () => {
    const waits = quickstart.all("time_sleep");
    expect(waits.environment_services_apis).toMatchObject({ create_duration: "90s" });
    expect(waits.environment_services_more).toMatchObject({
      create_duration: "60s",
      triggers: { apis: "billingbudgets cloudscheduler containerscanning" },
    });
    const late = ["google_billing_budget", "google_cloud_scheduler_job"].map((type) => quickstart.only(type));
    for (const { depends_on } of late) expect(depends_on).toContain("time_sleep.environment_services_more");
    for (const { depends_on } of Object.values(quickstart.data).flatMap((all) => Object.values(all))) {
      expect(depends_on).toEqual(["time_sleep.environment_services_apis"]);
    }
  });

  test("labels everything that can be labelled", () => {
    const labelled = environment({ privateNetwork: true, tags: { Team: "Vision & Co" } });
    const labels = { environment: "flowers", "managed-by": "cdktf-pytorch-vision", team: "vision---co" };
    const types = Object.entries(labelled.resources).flatMap(([type, all]) =>
      Object.values(all)
        .filter((given) =>
          [given.labels, given.user_labels].some((one) => JSON.stringify(one) === JSON.stringify(labels)),
        )
        .map(() => type),
    );
    expect([...new Set(types)].sort()).toEqual([
      "google_artifact_registry_repository",
      "google_bigquery_dataset",
      "google_cloud_run_v2_service",
      "google_dns_managed_zone",
      "google_kms_crypto_key",
      "google_monitoring_alert_policy",
      "google_monitoring_notification_channel",
      "google_storage_bucket",
      "google_workflows_workflow",
    ]);
    expect(labelled.only("google_cloud_run_v2_service").template).toMatchObject({ labels });
    expect(labelled.only("google_monitoring_notification_channel").labels).toEqual({ email_address: "ml@example.com" });
  });

  test("hands every setting to the part that it is for", () => {
    const set = environment({
      imageTag: "v2",
      storage: { noncurrentVersionDays: 3, checkpointDays: 4 },
      training: { scratchGib: 300, maxConcurrentRuns: 2, purchase: Purchase.spot(), maxRunHours: 2.5 },
      inference: { minReplicas: 2, maxReplicas: 3, concurrency: 4, vcpus: 4, memoryGib: 8, modelVersion: "run-1" },
      observability: { logRetentionDays: 30, latencyP95Ms: 500, errorRatePercent: 2 },
      retraining: { schedule: Schedule.daily(5) },
      budgetCurrency: "EUR",
      accessLogBucket: "our-logs",
      scanImages: false,
      logPredictions: false,
      invokers: ["domain:example.com"],
    });
    const bucket = (id: string): unknown => set.one("google_storage_bucket", `environment_storage_${id}`);
    expect(bucket("models")).toMatchObject({
      lifecycle_rule: [{ condition: { days_since_noncurrent_time: 3 } }, {}, { condition: { age: 4 } }, {}],
      logging: { log_bucket: "our-logs", log_object_prefix: "flowers-models" },
    });
    expect(set.only("google_workflows_workflow").user_env_vars).toMatchObject({
      DISK: { bootDiskType: "pd-ssd", bootDiskSizeGb: 300 },
      MAX_CONCURRENT_RUNS: "2",
      RUN_SECONDS: "9000",
      SCHEDULING: { strategy: "SPOT", disableRetries: true },
      IMAGE: expect.stringMatching(/\/classifier:v2-cuda$/),
    });
    expect(set.only("google_cloud_run_v2_service")).toMatchObject({
      invoker_iam_disabled: false,
      template: {
        max_instance_request_concurrency: 4,
        scaling: { min_instance_count: 2, max_instance_count: 3 },
        containers: [{ image: expect.stringMatching(/:v2-cpu$/), resources: { limits: { cpu: "4", memory: "8Gi" } } }],
      },
    });
    expect(set.only("google_logging_project_bucket_config").retention_days).toBe(30);
    expect(set.only("google_cloud_scheduler_job").schedule).toBe("0 5 * * *");
    expect(set.only("google_billing_budget")).toMatchObject({ amount: { specified_amount: { currency_code: "EUR" } } });
    expect(set.only("google_artifact_registry_repository")).toMatchObject({
      vulnerability_scanning_config: { enablement_config: "DISABLED" },
    });
    expect(set.all("google_bigquery_dataset")).toEqual({});
    expect(set.data.google_bigquery_default_service_account).toBeUndefined();
  });

  test("makes nothing of what is brought along", () => {
    const brought = environment({
      privateNetwork: true,
      network: NETWORK,
      encryption: KEY,
      buckets: BUCKETS,
      registry: REPOSITORY,
      imageTag: "v1",
    });
    const ours = /^google_(kms_.*|storage_bucket|artifact_.*|dns_.*|compute_(network|subnetwork|route|firewall))$/;
    expect(Object.keys(brought.types()).filter((type) => ours.test(type))).toEqual([]);
    expect(brought.only("google_compute_network_attachment").subnetworks).toEqual([NETWORK.subnetworkId]);
    expect(outputs(brought)).toMatchObject({
      datasets_uri: "gs://our-datasets/datasets/flowers/",
      models_uri: "gs://our-models/models/flowers/",
      image_repository: "us-central1-docker.pkg.dev/acme-vision/ours/vision",
    });
  });
});

describe("parts of an environment on Google Cloud", () => {
  test("can be used alone, in a project whose APIs and agents are there already", () => {
    const alone = synthesize((stack) => {
      training(stack);
      inference(stack);
      new Storage(stack, "storage", { ...NAMED, encryption: KEY });
    });
    expect(alone.data).toEqual({});
    expect(Object.keys(alone.types()).filter((type) => /time_sleep|project_service/.test(type))).toEqual([]);
    expect(alone.text).not.toContain('"managed-by": "cdktf');
  });

  test("wait for the services that they are given", () => {
    const given = synthesize((stack) => training(stack, { services: new ProjectServices(stack, "services", NAMED) }));
    for (const account of given.list("google_service_account")) {
      expect(account.depends_on).toEqual(["time_sleep.services_apis"]);
    }
  });
});
