import { Accelerator, Purchase, TrainingProps } from "../../lib/core";
import { TrainingProps as GcpTrainingProps } from "../../lib/gcp";
import { trainWorkflow } from "../../lib/gcp/train-workflow";
import { NETWORK, training } from "./parts";
import { Arguments, Synthesized, synthesize, variant } from "./synthesized";
import { KEY_ID, RESERVATION } from "./variants";

const made = (props: Partial<GcpTrainingProps> = {}): Synthesized => synthesize((stack) => training(stack, props));
const workflow = (props?: Partial<GcpTrainingProps>): Arguments => made(props).only("google_workflows_workflow");
const variables = (props?: Partial<GcpTrainingProps>): Arguments => workflow(props).user_env_vars as Arguments;
const L4 = Accelerator.L4;

describe("the workflow of training on Google Cloud", () => {
  test("is this, with the same text for every environment", () => {
    const { source_contents, user_env_vars, depends_on, ...rest } = workflow();
    expect(rest).toEqual({
      project: "acme-vision",
      name: "flowers-train",
      region: "us-central1",
      description: "Runs one training on Vertex AI",
      service_account: "${google_service_account.training_workflow-account.id}",
      crypto_key_name: KEY_ID,
      call_log_level: "LOG_ERRORS_ONLY",
      execution_history_level: "EXECUTION_HISTORY_BASIC",
      deletion_protection: true,
    });
    expect(user_env_vars).toEqual(variables());
    expect(depends_on).toEqual([
      "google_project_iam_member.training_workflow-submit",
      "google_project_iam_member.training_workflow-logs",
      "google_service_account_iam_member.training_workflow-acts-as-train",
      "google_service_account_iam_member.training_vertex-runs-as-train",
    ]);
    const other = workflow({ accelerator: L4, nodes: 2, imageTag: "v1" });
    expect(other.source_contents).toEqual(source_contents);
  });

  test("keeps its own expressions from Terraform: what that reads is what was written", () => {
    const { source_contents } = workflow();
    const text = JSON.stringify(source_contents);
    expect(text.match(/(?<!\$)\$\{/g)).toBeNull();
    expect(JSON.parse(text.replaceAll("$${", "${"))).toEqual(JSON.parse(trainWorkflow()));
  });

  test("has neither a closing brace nor a list inside of an expression, which not every parser of workflows takes", () => {
    const expressions = [...trainWorkflow().matchAll(/"\$\{((?:[^"\\]|\\.)*)\}"/g)].map(([, inner]) => inner);
    expect(expressions.length).toBeGreaterThan(50);
    const outsideOfTexts = expressions.map((inner) => inner.replace(/\\"(?:(?!\\").)*\\"/g, ""));
    expect(outsideOfTexts.filter((inner) => /[{}]|(^|[ (,])\[/.test(inner))).toEqual([]);
    expect(expressions.filter((inner) => inner.includes("}"))).toEqual([]);
    expect(expressions.filter((inner) => inner.length > 400)).toEqual([]);
  });
});

describe("what a job on Vertex AI is made of", () => {
  test("is told by variables, of which none is empty", () => {
    expect(variables()).toEqual({
      ENVIRONMENT: "flowers",
      MACHINE: { machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 },
      DISK: { bootDiskType: "pd-ssd", bootDiskSizeGb: 200 },
      NODES: "1",
      ENV: {
        ML_CLOUD: "gcp",
        ML_ROLE: "train",
        ML_DATASET_URI: "gs://our-datasets/datasets/flowers/",
        ML_OUTPUT_URI: "gs://our-models",
        ML_MODEL_URI: "gs://our-models/models/flowers/",
        ML_DEVICE: "cuda",
      },
      SCHEDULING: { strategy: "STANDARD", disableRetries: true },
      RUN_SECONDS: "86400",
      MAX_CONCURRENT_RUNS: "1",
      SERVICE_ACCOUNT: "${google_service_account.training_train-account.email}",
      KMS_KEY: KEY_ID,
      VERTEX_URL: "https://us-central1-aiplatform.googleapis.com/v1",
      EXECUTIONS_URL: "https://workflowexecutions.googleapis.com/v1",
    });
    const attached = variables({ imageTag: "v1", network: NETWORK });
    expect(Object.keys(attached)).toHaveLength(14);
    expect(attached).toMatchObject({
      IMAGE: "us-central1-docker.pkg.dev/acme-vision/ours/vision:v1-cuda",
      NETWORK_ATTACHMENT: "${google_compute_network_attachment.training_attachment.id}",
    });
  });

  const gpu = (machineType: string, acceleratorType: string, acceleratorCount: number): object => ({
    machineType,
    acceleratorType,
    acceleratorCount,
  });
  test.each<[props: TrainingProps, machine: object, disk: string]>([
    [{ accelerator: Accelerator.NONE }, { machineType: "e2-standard-4" }, "pd-ssd"],
    [{ accelerator: Accelerator.gpu(16) }, gpu("n1-standard-4", "NVIDIA_TESLA_T4", 1), "pd-ssd"],
    [{ accelerator: Accelerator.gpu(24) }, gpu("g2-standard-4", "NVIDIA_L4", 1), "pd-ssd"],
    [{ accelerator: Accelerator.gpu(40) }, gpu("a2-highgpu-1g", "NVIDIA_TESLA_A100", 1), "pd-ssd"],
    [{ accelerator: Accelerator.gpu(80) }, gpu("g4-standard-48", "NVIDIA_RTX_PRO_6000", 1), "pd-ssd"],
    [{ accelerator: L4, acceleratorsPerNode: 8 }, gpu("g2-standard-96", "NVIDIA_L4", 8), "pd-ssd"],
    [
      { accelerator: Accelerator.A100_80GB, acceleratorsPerNode: 4 },
      gpu("a2-ultragpu-4g", "NVIDIA_A100_80GB", 4),
      "pd-ssd",
    ],
    [{ accelerator: Accelerator.H100, acceleratorsPerNode: 8 }, gpu("a3-highgpu-8g", "NVIDIA_H100_80GB", 8), "pd-ssd"],
    [
      { accelerator: Accelerator.H200, acceleratorsPerNode: 8 },
      gpu("a3-ultragpu-8g", "NVIDIA_H200_141GB", 8),
      "hyperdisk-balanced",
    ],
    [
      { accelerator: Accelerator.B200, acceleratorsPerNode: 8 },
      gpu("a4-highgpu-8g", "NVIDIA_B200", 8),
      "hyperdisk-balanced",
    ],
    [{ accelerator: Accelerator.TPU_V5E }, { machineType: "ct5lp-hightpu-1t", tpuTopology: "1x1" }, "pd-ssd"],
    [
      { accelerator: Accelerator.TPU_V6E, acceleratorsPerNode: 8 },
      { machineType: "ct6e-standard-8t", tpuTopology: "2x4" },
      "hyperdisk-balanced",
    ],
    [{ machineType: "n1-standard-8+t4" }, gpu("n1-standard-8", "NVIDIA_TESLA_T4", 1), "pd-ssd"],
    [{ machineType: "a3-megagpu-8g" }, gpu("a3-megagpu-8g", "NVIDIA_H100_MEGA_80GB", 8), "pd-ssd"],
  ])("is the machine of %p", (props, machine, bootDiskType) => {
    expect(variables(props)).toMatchObject({ DISK: { bootDiskType, bootDiskSizeGb: 200 } });
    expect(variables(props).MACHINE).toEqual(machine);
  });

  test.each<[way: string, props: Partial<GcpTrainingProps>, scheduling: object, reservation: object | undefined]>([
    ["on demand", {}, { strategy: "STANDARD" }, undefined],
    ["spot", { purchase: Purchase.spot() }, { strategy: "SPOT" }, undefined],
    [
      "any reservation",
      { purchase: Purchase.reserved() },
      { strategy: "STANDARD" },
      { reservationAffinityType: "ANY_RESERVATION" },
    ],
    [
      "one reservation",
      { purchase: Purchase.reserved(RESERVATION) },
      { strategy: "STANDARD" },
      {
        reservationAffinityType: "SPECIFIC_RESERVATION",
        key: "compute.googleapis.com/reservation-name",
        values: [RESERVATION],
      },
    ],
    ["flex-start", { flexStart: true }, { strategy: "FLEX_START", maxWaitDuration: "86400s" }, undefined],
    [
      "flex-start for an hour",
      { flexStart: true, flexStartMaxWaitHours: 1 },
      { strategy: "FLEX_START", maxWaitDuration: "3600s" },
      undefined,
    ],
  ])("is bought %s, and never tried again by Vertex AI itself", (_, props, scheduling, reservationAffinity) => {
    const { SCHEDULING, MACHINE } = variables({ accelerator: L4, ...props });
    expect(SCHEDULING).toEqual({ ...scheduling, disableRetries: true });
    expect((MACHINE as Arguments).reservationAffinity).toEqual(reservationAffinity);
  });

  test("is an image for what it runs on, with CUDA demanded of a GPU alone", () => {
    const image = (accelerator: Accelerator): unknown => {
      const { IMAGE, ENV } = variables({ accelerator, imageTag: "v1" });
      return [String(IMAGE).split(":")[1], (ENV as Arguments).ML_DEVICE];
    };
    expect([L4, Accelerator.NONE, Accelerator.TPU_V5E].map(image)).toEqual([
      ["v1-cuda", "cuda"],
      ["v1-cuda", undefined],
      ["v1-tpu", undefined],
    ]);
    expect(variables({ image: "ghcr.io/us/vision:v1" }).IMAGE).toBe("ghcr.io/us/vision:v1");
  });

  test("is what was asked for in a whole environment", () => {
    expect(variant("reserved and multi-node").only("google_workflows_workflow").user_env_vars).toMatchObject({
      NODES: "2",
      MAX_CONCURRENT_RUNS: "2",
      MACHINE: { machineType: "a3-highgpu-8g", reservationAffinity: { values: [RESERVATION] } },
    });
  });
});
