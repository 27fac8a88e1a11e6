import { problemsOf } from "./custom-job";

const pool = {
  machineSpec: { machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 },
  diskSpec: { bootDiskType: "pd-ssd", bootDiskSizeGb: 200 },
  replicaCount: "1",
  containerSpec: { imageUri: "image", args: ["train"], env: [{ name: "A", value: "b" }] },
};
const jobSpec = { workerPoolSpecs: [pool], scheduling: { timeout: "60s", strategy: "SPOT", disableRetries: true } };
const job = { displayName: "a", labels: { run: "a" }, jobSpec };

const withPool = (changed: object) => ({ ...job, jobSpec: { ...jobSpec, workerPoolSpecs: [{ ...pool, ...changed }] } });
const withSpec = (changed: object) => ({ ...job, jobSpec: { ...jobSpec, ...changed } });
const POOL = "job.jobSpec.workerPoolSpecs[0]";

// What the tests of the workflow rely on to refuse
describe("the check of a custom job", () => {
  it("takes what the reference takes", () => {
    expect(problemsOf(job)).toEqual([]);
  });

  it.each<[string, object]>([
    ["job.displayname is no field of CustomJob", { ...job, displayname: "a" }],
    ["job.state is set by Vertex AI alone", { ...job, state: "JOB_STATE_RUNNING" }],
    ["job.jobSpec is missing", { displayName: "a" }],
    ["job.labels.run must be string, got 1", { ...job, labels: { run: 1 } }],
    ["job.labels must be labels, got Run=a", { ...job, labels: { Run: "a" } }],
    ['job.jobSpec.scheduling.timeout must be duration, got "60"', withSpec({ scheduling: { timeout: "60" } })],
    [
      'job.jobSpec.scheduling.strategy must be enum Scheduling.Strategy, got "CHEAP"',
      withSpec({ scheduling: { strategy: "CHEAP" } }),
    ],
    [
      'job.jobSpec.scheduling.disableRetries must be bool, got "true"',
      withSpec({ scheduling: { disableRetries: "true" } }),
    ],
    [
      "job.jobSpec.pscInterfaceConfig.attachment is no field of PscInterfaceConfig",
      withSpec({ pscInterfaceConfig: { attachment: "a" } }),
    ],
    [`${POOL}.replicaCount must be int64, got 1`, withPool({ replicaCount: 1 })],
    [`${POOL}.replicaCount must be 1`, withPool({ replicaCount: "2" })],
    [`${POOL}.diskSpec.bootDiskSizeGb must be int32, got "200"`, withPool({ diskSpec: { bootDiskSizeGb: "200" } })],
    [`${POOL}.containerSpec.imageUri is missing`, withPool({ containerSpec: {} })],
    [
      `${POOL}.containerSpec.args must be a list, got "train"`,
      withPool({ containerSpec: { imageUri: "image", args: "train" } }),
    ],
    [
      `${POOL}.containerSpec.env[0].value must be string, got 1`,
      withPool({ containerSpec: { imageUri: "image", env: [{ name: "A", value: 1 }] } }),
    ],
    [
      `${POOL}.machineSpec.acceleratorType must be enum AcceleratorType, got "T4"`,
      withPool({ machineSpec: { acceleratorType: "T4", acceleratorCount: 1 } }),
    ],
    ["a GPU needs type and count", withPool({ machineSpec: { acceleratorType: "NVIDIA_L4" } })],
    [
      "a TPU has no acceleratorType",
      withPool({ machineSpec: { tpuTopology: "1x1", acceleratorType: "TPU_V5_LITEPOD", acceleratorCount: 1 } }),
    ],
    ["job.jobSpec.workerPoolSpecs must have 1 to 4 pools", withSpec({ workerPoolSpecs: [] })],
  ])("says: %s", (problem, body) => {
    expect(problemsOf(body)).toContain(problem);
  });
});
