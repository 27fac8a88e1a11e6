import { Accelerator, EndpointAccess, InferenceProps } from "../../lib/core";
import { InferenceLimits, inferenceSettings } from "../../lib/core/inference-settings";
import { refusal } from "../refusal";
import { Later, LATER_NUMBER, LATER_TEXT } from "./tokens";

const AWS: InferenceLimits = { privateNetwork: false, gpuToZero: false, gpuSizeFixed: true };
const settings = (props: InferenceProps, limits: Partial<InferenceLimits> = {}) =>
  inferenceSettings(props, { ...AWS, ...limits });
const refused = (props: InferenceProps): string => refusal(() => settings(props));

describe("an endpoint without a word about it", () => {
  test("is on CPU, from none to four replicas, behind a bearer key", () => {
    expect(settings({})).toEqual({
      accelerator: Accelerator.NONE,
      acceleratorsPerReplica: undefined,
      machineType: undefined,
      hasGpu: false,
      vcpus: 2,
      memoryGib: undefined,
      minReplicas: 0,
      maxReplicas: 4,
      concurrency: 8,
      access: EndpointAccess.apiKey(),
      modelVersion: undefined,
      image: undefined,
      environment: {},
    });
  });

  test("is private in a private network, unless it is said who may call", () => {
    const inside = { privateNetwork: true };
    expect(settings({}, inside).access).toEqual(EndpointAccess.privateOnly());
    expect(settings({ access: EndpointAccess.open() }, inside).access).toEqual(EndpointAccess.open());
  });

  test.each<[what: string, props: InferenceProps, limits: Partial<InferenceLimits>, minReplicas: number]>([
    ["a private one", { access: EndpointAccess.privateOnly() }, {}, 1],
    ["one on GPU where that cannot scale to zero", { accelerator: Accelerator.L4 }, {}, 1],
    ["one on GPU where that can", { accelerator: Accelerator.L4 }, { gpuToZero: true, gpuSizeFixed: true }, 0],
    ["an open one", { access: EndpointAccess.open() }, {}, 0],
  ])("keeps on at rest what it must: %s", (_, props, limits, minReplicas) => {
    expect(settings(props, limits).minReplicas).toBe(minReplicas);
  });

  test("has room for four replicas, or for as many as are always on", () => {
    expect([2, 4, 9].map((minReplicas) => settings({ minReplicas }).maxReplicas)).toEqual([4, 4, 9]);
  });

  test("leaves the room to Terraform when only that knows how many are always on", () => {
    const later = new Later();
    expect(later.written(settings({ minReplicas: later.number("min") }).maxReplicas)).toBe("${max(4, var.min)}");
  });

  test("is on GPU when only its machine is named", () => {
    const { hasGpu, accelerator } = settings({ machineType: "g6.xlarge" });
    expect([hasGpu, accelerator]).toEqual([true, undefined]);
  });
});

describe("an endpoint within its limits", () => {
  test.each<InferenceProps>([
    { minReplicas: 0 },
    { minReplicas: 5000 },
    { maxReplicas: 1 },
    { maxReplicas: 5000 },
    { minReplicas: 3, maxReplicas: 3 },
    { concurrency: 1 },
    { concurrency: 1000 },
    { accelerator: Accelerator.L4, acceleratorsPerReplica: 1 },
    { accelerator: Accelerator.L4, acceleratorsPerReplica: 16 },
    { modelVersion: "a" },
    { modelVersion: "aZ09._-".padEnd(128, "x") },
    { environment: { ML_TOP_K: "3", OUR_OWN: "1" } },
  ])("may be %p", (props) => {
    expect(settings(props)).toMatchObject(props);
  });

  const cpu = "replicas on CPU are sized by inference.vcpus and memoryGib";
  const gpu = "a GPU replica gets all of its machine; choose that with inference.machineType";
  const count = "give a count of 1 or more";
  const version = "must be a run id: 1 to 128 letters, digits, dots, hyphens and underscores, got";

  test.each<[props: InferenceProps, message: string]>([
    [{ minReplicas: -1 }, "minReplicas must be a whole number from 0 to 5000, got -1; 0 costs nothing at rest"],
    [{ minReplicas: 0.5 }, "minReplicas must be a whole number from 0 to 5000, got 0.5; 0 costs nothing at rest"],
    [{ minReplicas: 5001 }, "minReplicas must be a whole number from 0 to 5000, got 5001; 0 costs nothing at rest"],
    [{ maxReplicas: 0 }, `maxReplicas must be a whole number from 1 to 5000, got 0; ${count}`],
    [{ maxReplicas: 5001 }, `maxReplicas must be a whole number from 1 to 5000, got 5001; ${count}`],
    [
      { minReplicas: 5, maxReplicas: 4 },
      "minReplicas must be at most inference.maxReplicas (4), got 5; lower it or raise maxReplicas",
    ],
    [
      { concurrency: 0 },
      "concurrency must be a whole number from 1 to 1000, got 0; give requests in flight per replica",
    ],
    [
      { concurrency: 1001 },
      "concurrency must be a whole number from 1 to 1000, got 1001; give requests in flight per replica",
    ],
    [
      { accelerator: Accelerator.L4, acceleratorsPerReplica: 0 },
      `acceleratorsPerReplica must be a whole number from 1 to 16, got 0; ${count}`,
    ],
    [
      { accelerator: Accelerator.L4, acceleratorsPerReplica: 17 },
      `acceleratorsPerReplica must be a whole number from 1 to 16, got 17; ${count}`,
    ],
    [{ modelVersion: "" }, `modelVersion ${version} ""; use the name of a folder below modelsUri`],
    [{ modelVersion: "a/b" }, `modelVersion ${version} "a/b"; use the name of a folder below modelsUri`],
    [
      { modelVersion: "x".repeat(129) },
      `modelVersion ${version} "${"x".repeat(129)}"; use the name of a folder below modelsUri`,
    ],
    [
      { accelerator: Accelerator.TPU_V5E },
      'accelerator must be a GPU or Accelerator.NONE, got "TPU_V5E"; no cloud here serves from TPUs; train on them',
    ],
    [{ accelerator: Accelerator.L4, vcpus: 2 }, `vcpus must be unset on a GPU endpoint, got 2; ${gpu}`],
    [{ accelerator: Accelerator.L4, memoryGib: 8 }, `memoryGib must be unset on a GPU endpoint, got 8; ${gpu}`],
    [{ machineType: "g6.xlarge", vcpus: 2 }, `vcpus must be unset on a GPU endpoint, got 2; ${gpu}`],
    [
      { accelerator: Accelerator.NONE, machineType: "g6.xlarge" },
      `machineType must be unset with Accelerator.NONE, got "g6.xlarge"; ${cpu}`,
    ],
    [{ acceleratorsPerReplica: 2 }, `acceleratorsPerReplica must be unset with Accelerator.NONE, got 2; ${cpu}`],
    [
      { environment: { ML_API_KEY: "secret" } },
      'environment must be free of names that the environment sets itself, got "ML_API_KEY"; remove it',
    ],
    [
      { environment: { ML_TOPK: "3" } },
      "environment must be made of variables that the container reads, or of names without the prefix ML_, " +
        'got "ML_TOPK"; did you mean ML_TOP_K?',
    ],
  ])("is refused with %p", (props, message) => {
    expect(refused(props)).toBe(`SpecError: inference.${message}`);
  });

  test.each(["minReplicas", "maxReplicas", "concurrency", "vcpus", "memoryGib"] as const)(
    "takes %s as a token",
    (prop) => {
      expect(settings({ [prop]: LATER_NUMBER })[prop]).toBe(LATER_NUMBER);
    },
  );

  test("takes the number of accelerators and the model's version as tokens", () => {
    const later = { accelerator: Accelerator.L4, acceleratorsPerReplica: LATER_NUMBER, modelVersion: LATER_TEXT };
    expect(settings(later)).toMatchObject(later);
  });

  test("does not compare replicas of which only Terraform knows the number", () => {
    expect(refused({ minReplicas: LATER_NUMBER, maxReplicas: 1 })).toBe("accepted");
    expect(refused({ minReplicas: 5000, maxReplicas: LATER_NUMBER })).toBe("accepted");
  });
});
