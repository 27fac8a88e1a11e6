import { TerraformStack, Testing } from "cdktf";
import { Accelerator, Capability, EndpointAccess, Purchase, Schedule, SupportLevel, Weekday } from "../../lib/core";
import * as gcp from "../../lib/gcp";
import { VisionApp } from "../../stacks/app";
import { Answers, Cloud, Proof } from "../cloud";
import { addProviders, QUICKSTART, RESERVATION } from "./variants";

/** Everything that trains on Google Cloud, as messages list it. */
export const OFFERED =
  "Google Cloud has T4 (16 GiB) × 1; L4 (24 GiB) × 1, 2, 4, 8; TPU_V5E (16 GiB) × 1, 4, 8; TPU_V6E (32 GiB) × 1, 4, 8; " +
  "A100_40GB (40 GiB) × 1, 2, 4, 8; RTX_PRO_6000 (96 GiB) × 1; A100_80GB (80 GiB) × 1, 2, 4, 8; H100 (80 GiB) × 1, 2, 4, 8; " +
  "H200 (141 GiB) × 8; B200 (180 GiB) × 8";

const noTraining = (name: string): string =>
  `training.accelerator must be one that Google Cloud has, got ${name} × 1; ${OFFERED}`;
const noEndpoint = (name: string): string =>
  `inference.accelerator must be one that Cloud Run has, got "${name}"; ` +
  "Cloud Run has L4 (24 GiB) and RTX_PRO_6000 (96 GiB), one a replica";
const noTpuEndpoint = (name: string): string =>
  `inference.accelerator must be a GPU or Accelerator.NONE, got "${name}"; no cloud here serves from TPUs; train on them`;
const offered = (training: string, inference: string): Answers => ({ training, inference });
const trainsOnly = (name: string, training: string): Answers => offered(training, noEndpoint(name));
const refused = (name: string): Answers => offered(noTraining(name), noEndpoint(name));

const native = (proof: Omit<Proof, "level">): Proof => ({ level: SupportLevel.NATIVE, ...proof });
const emulated = (proof: Omit<Proof, "level">): Proof => ({ level: SupportLevel.EMULATED, ...proof });
const workflow = (variables: object): Proof["resource"] => ["google_workflows_workflow", { user_env_vars: variables }];
const service = (having: object): Proof["resource"] => ["google_cloud_run_v2_service", having];
const gpuEndpoint = { inference: { accelerator: Accelerator.L4 } };

export const GCP: Cloud = {
  name: "gcp",
  module: gcp,
  ownClasses: ["GoogleBetaProvider", "ProjectServices"],
  add: (stack, name, asked) => {
    if (!stack.node.tryFindChild("google")) addProviders(stack);
    const { project, projectNumber, region, billingAccount } = QUICKSTART;
    const where = { project, projectNumber, region, billingAccount: asked.budget && billingAccount };
    return new gcp.Environment(stack, name, { ...where, ...asked, name });
  },
  ownStack: () => {
    const app = new VisionApp(
      {},
      {
        PYTORCH_VISION_GCP_REGION: "us-central1",
        PYTORCH_VISION_GCP_PROJECT: "acme-vision",
        PYTORCH_VISION_GCP_PROJECT_NUMBER: "123456789012",
      },
    );
    return Testing.synth(app.node.findChild("gcp") as TerraformStack, true);
  },
  nameArguments: ["name", "account_id", "secret_id", "role_id", "repository_id", "bucket_id", "dataset_id"],
  namedWithin: [],
  accelerators: {
    NONE: offered("e2-standard-4", "Cloud Run"),
    T4: trainsOnly("T4", "n1-standard-4+t4"),
    A10: refused("A10"),
    A10G: refused("A10G"),
    L4: offered("g2-standard-4", "Cloud Run with L4"),
    L40S: refused("L40S"),
    RTX_PRO_6000: offered("g4-standard-48", "Cloud Run with RTX PRO 6000"),
    A100_40GB: trainsOnly("A100_40GB", "a2-highgpu-1g"),
    A100_80GB: trainsOnly("A100_80GB", "a2-ultragpu-1g"),
    H100: trainsOnly(
      "H100",
      "training.purchase must be spot or reserved for a3-highgpu-1g, which is not sold on demand, " +
        'got "on-demand"; or set flexStart, or take 8 GPUs a node',
    ),
    H200: refused("H200"),
    B200: refused("B200"),
    TPU_V5E: offered("ct5lp-hightpu-1t", noTpuEndpoint("TPU_V5E")),
    TPU_V5P: offered(noTraining("TPU_V5P"), noTpuEndpoint("TPU_V5P")),
    TPU_V6E: offered("ct6e-standard-1t", noTpuEndpoint("TPU_V6E")),
  },
  capabilities: {
    [Capability.TRAINING_TO_ZERO]: native({ resource: ["google_workflows_workflow", { name: "flowers-train" }] }),
    [Capability.GPU_TRAINING]: native({
      resource: workflow({ MACHINE: { acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 } }),
    }),
    [Capability.TPU_TRAINING]: native({
      asked: { training: { accelerator: Accelerator.TPU_V5E, acceleratorsPerNode: 8 } },
      resource: workflow({ MACHINE: { machineType: "ct5lp-hightpu-8t", tpuTopology: "2x4" } }),
    }),
    [Capability.MULTI_NODE_TRAINING]: native({
      asked: { training: { nodes: 3 } },
      resource: workflow({ NODES: "3" }),
    }),
    [Capability.SPOT_TRAINING]: native({
      asked: { training: { purchase: Purchase.spot() } },
      resource: workflow({ SCHEDULING: { strategy: "SPOT" } }),
    }),
    [Capability.RESERVED_TRAINING]: native({
      asked: { training: { purchase: Purchase.reserved(RESERVATION) } },
      resource: workflow({ MACHINE: { reservationAffinity: { values: [RESERVATION] } } }),
    }),
    [Capability.TRAINING_QUEUE]: emulated({
      asked: { training: { maxConcurrentRuns: 2 } },
      resource: workflow({ MAX_CONCURRENT_RUNS: "2" }),
    }),
    [Capability.RUN_TIME_LIMIT]: emulated({
      asked: { training: { maxRunHours: 2 } },
      resource: workflow({ RUN_SECONDS: "7200" }),
    }),
    [Capability.SCHEDULED_RETRAINING]: native({
      asked: { retraining: { schedule: Schedule.weekly(Weekday.MONDAY, 4) } },
      resource: ["google_cloud_scheduler_job", { schedule: "0 4 * * 1", time_zone: "Etc/UTC" }],
    }),
    [Capability.CPU_ENDPOINT]: native({
      asked: { imageTag: "v1" },
      resource: service({ template: { containers: [{ args: ["serve"], resources: { limits: { cpu: "2" } } }] } }),
    }),
    [Capability.CPU_ENDPOINT_TO_ZERO]: native({
      asked: { imageTag: "v1", inference: { minReplicas: 0 } },
      resource: service({ template: { scaling: { min_instance_count: 0 } } }),
    }),
    [Capability.ENDPOINT_AUTOSCALING]: native({
      resource: service({ template: { scaling: { max_instance_count: 4 }, max_instance_request_concurrency: 8 } }),
    }),
    [Capability.TLS_ENDPOINT]: native({
      resource: service({ ingress: "INGRESS_TRAFFIC_ALL", invoker_iam_disabled: true }),
    }),
    [Capability.GPU_ENDPOINT]: native({
      asked: gpuEndpoint,
      resource: service({ template: { node_selector: { accelerator: "nvidia-l4" } } }),
    }),
    [Capability.GPU_ENDPOINT_TO_ZERO]: native({
      asked: gpuEndpoint,
      resource: service({ template: { gpu_zonal_redundancy_disabled: true, scaling: { min_instance_count: 0 } } }),
    }),
    [Capability.API_KEY]: emulated({ resource: ["google_secret_manager_secret", { secret_id: "flowers-api-key" }] }),
    [Capability.PRIVATE_ENDPOINT]: native({
      asked: { inference: { access: EndpointAccess.privateOnly() } },
      resource: service({
        ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
        template: { vpc_access: { egress: "ALL_TRAFFIC" } },
      }),
    }),
    [Capability.PRIVATE_NETWORK]: native({
      asked: { privateNetwork: true },
      resource: ["google_compute_network", { delete_default_routes_on_create: true }],
    }),
    [Capability.CUSTOMER_KEYS]: native({ resource: ["google_kms_crypto_key", { rotation_period: "7776000s" }] }),
    [Capability.IMAGE_SCANNING]: native({
      resource: [
        "google_artifact_registry_repository",
        { vulnerability_scanning_config: { enablement_config: "INHERITED" } },
      ],
    }),
    [Capability.LOGS]: native({ resource: ["google_logging_project_bucket_config", { retention_days: 365 }] }),
    [Capability.DASHBOARD]: native({
      resource: ["google_monitoring_dashboard", { dashboard_json: { displayName: "flowers" } }],
    }),
    [Capability.ALARMS]: native({ resource: ["google_monitoring_alert_policy", { display_name: "flowers errors" }] }),
    [Capability.PREDICTION_ANALYTICS]: native({
      resource: ["google_bigquery_dataset", { dataset_id: "flowers_predictions" }],
    }),
    [Capability.BUDGET]: native({
      asked: { budget: { monthlyUsd: 300 } },
      resource: ["google_billing_budget", { amount: { specified_amount: { units: "300" } } }],
    }),
    [Capability.DELETION_PROTECTION]: native({ resource: service({ deletion_protection: true }) }),
    [Capability.STATE_LOCKING]: native({
      stack: { terraform: { backend: { gcs: { bucket: "acme-vision-flowers-state" } } } },
    }),
  },
};
