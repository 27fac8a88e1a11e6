import { Accelerator, Purchase } from "../../lib/core";
import * as gcp from "../../lib/gcp";
import { RESERVATION } from "../gcp/variants";
import { PYTHON, suite } from "../suite";
import { SUCCESS, useGoogle } from "./runs";
import { workflowOf } from "./workflow";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  ML_CLOUD: "gcp",
  ML_DATASET_URI: "gs://acme-vision-flowers-datasets/datasets/flowers/",
  ML_DEVICE: "cuda",
  ML_MODEL_URI: "gs://acme-vision-flowers-models/models/flowers/",
  ML_OUTPUT_URI: "gs://acme-vision-flowers-models",
  ML_ROLE: "train",
  ML_RUN_ID: "a",
};
const ON_CPU_OR_TPU = { ...ENVIRONMENT };
delete ON_CPU_OR_TPU.ML_DEVICE;

/** What differs between the jobs of environments. */
interface Expected {
  readonly machineSpec: object;
  readonly bootDiskType?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly scheduling?: object;
  readonly replicaCounts?: readonly string[];
  readonly network?: object;
}

/** The whole body, every field of it. */
const jobOf = (expected: Expected): object => ({
  displayName: "a",
  labels: { environment: "flowers", "managed-by": "cdktf-pytorch-vision", run: "a" },
  encryptionSpec: {
    kmsKeyName: "projects/acme-vision/locations/us-central1/keyRings/flowers-1234abcd/cryptoKeys/flowers",
  },
  jobSpec: {
    serviceAccount: "flowers-train@acme-vision.iam.gserviceaccount.com",
    scheduling: { disableRetries: true, strategy: "STANDARD", timeout: "86400s", ...expected.scheduling },
    workerPoolSpecs: (expected.replicaCounts ?? ["1"]).map((replicaCount) => ({
      machineSpec: expected.machineSpec,
      diskSpec: { bootDiskType: expected.bootDiskType ?? "pd-ssd", bootDiskSizeGb: 200 },
      replicaCount,
      containerSpec: {
        imageUri: expected.image ?? "us-central1-docker.pkg.dev/acme-vision/flowers/classifier:v1-cuda",
        args: ["train"],
        env: Object.entries(expected.environment ?? ENVIRONMENT).map(([name, value]) => ({ name, value })),
      },
    })),
    ...expected.network,
  },
});

const T4 = { machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 };
const H100 = { machineType: "a3-highgpu-8g", acceleratorType: "NVIDIA_H100_80GB", acceleratorCount: 8 };
const A100 = { machineType: "a2-highgpu-1g", acceleratorType: "NVIDIA_TESLA_A100", acceleratorCount: 1 };
const TPU_IMAGE = "us-central1-docker.pkg.dev/acme-vision/flowers/classifier:v1-tpu";
const eightH100 = { accelerator: Accelerator.H100, acceleratorsPerNode: 8 };

const CASES: readonly [what: string, props: Partial<gcp.EnvironmentProps>, expected: Expected][] = [
  [
    "a CPU",
    { training: { accelerator: Accelerator.NONE } },
    { machineSpec: { machineType: "e2-standard-4" }, environment: ON_CPU_OR_TPU },
  ],
  ["one GPU", {}, { machineSpec: T4 }],
  ["eight GPUs", { training: eightH100 }, { machineSpec: H100 }],
  ["spot capacity", { training: { purchase: Purchase.spot() } }, { machineSpec: T4, scheduling: { strategy: "SPOT" } }],
  [
    "a reservation",
    { training: { ...eightH100, purchase: Purchase.reserved(RESERVATION) } },
    {
      machineSpec: {
        ...H100,
        reservationAffinity: {
          reservationAffinityType: "SPECIFIC_RESERVATION",
          key: "compute.googleapis.com/reservation-name",
          values: ["projects/acme-vision/zones/us-central1-a/reservations/h100"],
        },
      },
    },
  ],
  [
    "any reservation",
    { training: { ...eightH100, purchase: Purchase.reserved() } },
    { machineSpec: { ...H100, reservationAffinity: { reservationAffinityType: "ANY_RESERVATION" } } },
  ],
  [
    "flex-start",
    { flexStart: true, flexStartMaxWaitHours: 48, training: { accelerator: Accelerator.A100_40GB } },
    { machineSpec: A100, scheduling: { strategy: "FLEX_START", maxWaitDuration: "172800s" } },
  ],
  ["three nodes", { training: { nodes: 3 } }, { machineSpec: T4, replicaCounts: ["1", "2"] }],
  [
    "a TPU v5e",
    { training: { accelerator: Accelerator.TPU_V5E, acceleratorsPerNode: 4 } },
    {
      machineSpec: { machineType: "ct5lp-hightpu-4t", tpuTopology: "2x2" },
      image: TPU_IMAGE,
      environment: ON_CPU_OR_TPU,
    },
  ],
  [
    "a TPU v6e",
    { training: { accelerator: Accelerator.TPU_V6E, acceleratorsPerNode: 8 } },
    {
      machineSpec: { machineType: "ct6e-standard-8t", tpuTopology: "2x4" },
      bootDiskType: "hyperdisk-balanced",
      image: TPU_IMAGE,
      environment: ON_CPU_OR_TPU,
    },
  ],
  [
    "a private network",
    { privateNetwork: true },
    {
      machineSpec: T4,
      network: {
        pscInterfaceConfig: {
          networkAttachment: "projects/acme-vision/regions/us-central1/networkAttachments/flowers-training",
        },
      },
    },
  ],
  [
    "an image from elsewhere",
    { training: { image: "registry.example.com/ours@sha256:0123" } },
    { machineSpec: T4, image: "registry.example.com/ours@sha256:0123" },
  ],
];

suite("the custom job", [PYTHON], () => {
  const at = useGoogle();

  const submitted = async (props: Partial<gcp.EnvironmentProps>, env?: object) => {
    at.google.attempts = [{ ...SUCCESS, waits: 0, runs: 60 }];
    await at.executions.run(at.google, workflowOf(props), { run_id: "a", ...(env ? { env } : {}) });
    expect(at.google.jobs).toHaveLength(1);
    const { body } = at.google.jobs[0];
    // The order in which the service lists a map is not known
    const pools = body.jobSpec.workerPoolSpecs.map((pool) => ({
      ...pool,
      containerSpec: {
        ...pool.containerSpec,
        env: [...pool.containerSpec.env].sort((one, other) => (one.name < other.name ? -1 : 1)),
      },
    }));
    return { ...body, jobSpec: { ...body.jobSpec, workerPoolSpecs: pools } };
  };

  it.each(CASES)("asks for %s", async (_what, props, expected) => {
    expect(await submitted(props)).toEqual(jobOf(expected));
  });

  it("hands on variables as they are, whatever is in them", async () => {
    // `$${` and `%%{` are Terraform's `${` and `%{`, everything else is itself
    const environment = {
      OUR_BRACES: '{"a": {"b": [1, "}"]}}',
      OUR_DOLLARS: "$HOME $(ML_CLOUD) $$ 100% \\$ $${terraform} %%{ if } end",
      OUR_EMPTY: "",
      OUR_LINES: "one\ntwo\ttabs\u2028ü 花",
      OUR_NULL: "null",
      OUR_NUMBER: "007",
      OUR_QUOTES: `say "hi", 'you' \\ "`,
      OUR_YES: "yes",
    };
    const { containerSpec } = (await submitted({ training: { environment } })).jobSpec.workerPoolSpecs[0];
    const seen = Object.fromEntries(containerSpec.env.map(({ name, value }) => [name, value]));
    const dollars = "$HOME $(ML_CLOUD) $$ 100% \\$ ${terraform} %{ if } end";
    expect(seen).toEqual({ ...ENVIRONMENT, ...environment, OUR_DOLLARS: dollars });
  });

  it("takes the run's variables over the environment's, numbers and truth values as text", async () => {
    const props = { training: { environment: { ML_EPOCHS: "5", ML_LR: "0.1" } } };
    const env = { ML_EPOCHS: 10, ML_AMP: true, ML_DECAY: 0.25, ML_NOTE: '${args} "}' };
    const { containerSpec } = (await submitted(props, env)).jobSpec.workerPoolSpecs[0];
    const seen = Object.fromEntries(containerSpec.env.map(({ name, value }) => [name, value]));
    const texts = { ML_EPOCHS: "10", ML_LR: "0.1", ML_AMP: "true", ML_DECAY: "0.25", ML_NOTE: '${args} "}' };
    expect(seen).toEqual({ ...ENVIRONMENT, ...texts });
  });

  it("keeps its id whatever the run's variables say", async () => {
    const { containerSpec } = (await submitted({}, { ML_RUN_ID: "b" })).jobSpec.workerPoolSpecs[0];
    expect(containerSpec.env).toContainEqual({ name: "ML_RUN_ID", value: "a" });
  });
});
