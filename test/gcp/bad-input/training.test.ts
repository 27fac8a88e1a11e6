import { Accelerator, Purchase, TrainingProps } from "../../../lib/core";
import { MACHINES } from "../../../lib/gcp/machines";
import { LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { OFFERED } from "../cloud";
import { RESERVATION } from "../variants";
import { Asked, refused } from "./refused";

const training = (props: TrainingProps, more: Asked = {}): string => refused({ training: props, ...more });

const none = (asked: string, hint = ""): string =>
  `SpecError: training.accelerator must be one that Google Cloud has, got ${asked}; ${hint}${OFFERED}`;
const L4 = { accelerator: Accelerator.L4 };
const TPU = { accelerator: Accelerator.TPU_V5E };

describe("an accelerator that Vertex AI does not offer so", () => {
  test.each<[props: TrainingProps, answer: string]>([
    [{ accelerator: Accelerator.L4, acceleratorsPerNode: 3 }, none("L4 × 3")],
    [{ accelerator: Accelerator.L4, acceleratorsPerNode: 16 }, none("L4 × 16")],
    [{ accelerator: Accelerator.T4, acceleratorsPerNode: 8 }, none("T4 × 8")],
    [{ accelerator: Accelerator.A10G }, none("A10G × 1")],
    [{ accelerator: Accelerator.H200 }, none("H200 × 1")],
    [{ accelerator: Accelerator.TPU_V5P, acceleratorsPerNode: 4 }, none("TPU_V5P × 4")],
    [{ accelerator: Accelerator.TPU_V5E, acceleratorsPerNode: 16 }, none("TPU_V5E × 16")],
    [{ accelerator: Accelerator.TPU_V6E, acceleratorsPerNode: 2 }, none("TPU_V6E × 2")],
    [{ accelerator: Accelerator.gpu(97) }, none("a GPU with 97 GiB or more × 1")],
    [
      { accelerator: Accelerator.gpu(141), acceleratorsPerNode: 8 },
      none("a GPU with 141 GiB or more × 8", "ask for H200, B200 by name, it has no known price to compare; "),
    ],
    [{ accelerator: Accelerator.named("V100") }, none("V100 × 1")],
  ])("is refused with the list of what it does: %p", (props, answer) => {
    expect(training(props)).toBe(answer);
  });

  test.each<TrainingProps>([
    { accelerator: Accelerator.L4, acceleratorsPerNode: 8 },
    { accelerator: Accelerator.H200, acceleratorsPerNode: 8 },
    { accelerator: Accelerator.TPU_V5E, acceleratorsPerNode: 8 },
    { accelerator: Accelerator.gpu(96) },
  ])("is accepted as it is offered: %p", (props) => {
    expect(training(props)).toBe("accepted");
  });
});

describe("a machine type of training", () => {
  test("that is unknown is refused with all that are known", () => {
    expect(training({ machineType: "n1-standard-4" })).toBe(
      'SpecError: training.machineType must be a machine of Google Cloud that this library knows, got "n1-standard-4"; ' +
        `choose one of ${MACHINES.map(({ type }) => type).join(", ")}`,
    );
    expect(MACHINES).toHaveLength(34);
  });

  test("that has another accelerator is refused", () => {
    expect(training({ machineType: "g2-standard-8", accelerator: Accelerator.T4 })).toBe(
      'SpecError: training.machineType must be a machine with T4, got "g2-standard-8"; ' +
        "it has L4 × 1; leave one of the two props unset",
    );
  });
});

describe("the size of a training on Vertex AI", () => {
  const nodes = (given: number): string =>
    `SpecError: training.nodes must be a whole number from 1 to 100, got ${given}; Vertex AI gives a worker pool no more`;
  const hours = (given: number): string =>
    `SpecError: training.maxRunHours must be a number from 1 to 168, got ${given}; ` +
    "Vertex AI stops a job after 7 days; it resumes in another run";
  const disk = (given: number): string =>
    `SpecError: training.scratchGib must be a whole number from 100 to 16384, got ${given}; ` +
    "Vertex AI has no smaller boot disk";

  test.each<[props: TrainingProps, answer: string]>([
    [{ nodes: 1 }, "accepted"],
    [{ nodes: 100 }, "accepted"],
    [{ nodes: 101 }, nodes(101)],
    [{ maxRunHours: 1 }, "accepted"],
    [{ maxRunHours: 168 }, "accepted"],
    [{ maxRunHours: 168.5 }, hours(168.5)],
    [{ scratchGib: 100 }, "accepted"],
    [{ scratchGib: 16384 }, "accepted"],
    [{ scratchGib: 99 }, disk(99)],
    [{ nodes: LATER_NUMBER, maxRunHours: LATER_NUMBER, scratchGib: LATER_NUMBER }, "accepted"],
  ])("is answered for %p", (props, answer) => {
    expect(training(props)).toBe(answer);
  });
});

describe("a TPU", () => {
  test("is refused on several hosts, by name", () => {
    expect(training({ ...TPU, nodes: 2 })).toBe(
      "SpecError: training.nodes must be 1 with a TPU, got 2; " +
        "several hosts of one TPU slice are not offered; take more chips in one node",
    );
    expect(training({ ...TPU, nodes: LATER_NUMBER })).toBe("accepted");
  });

  test("is refused on reserved capacity", () => {
    expect(training({ ...TPU, purchase: Purchase.reserved() })).toBe(
      'SpecError: training.purchase must be on demand or spot with a TPU, got "reserved"; Vertex AI reserves no TPUs',
    );
    expect(training({ ...TPU, purchase: Purchase.spot() })).toBe("accepted");
  });
});

describe("the purchase of training capacity on Google Cloud", () => {
  const H100 = Accelerator.H100;
  const reserved = (given: string): string =>
    `SpecError: training.purchase must be reserved with the whole name of a reservation, got "${given}"; ` +
    'for example Purchase.reserved("projects/<project>/zones/<zone>/reservations/<name>")';

  test.each<[machine: string, acceleratorsPerNode: number]>([
    ["a3-highgpu-1g", 1],
    ["a3-highgpu-2g", 2],
    ["a3-highgpu-4g", 4],
  ])("on demand is refused for %s, which is sold in other ways only", (machine, acceleratorsPerNode) => {
    const asked = { accelerator: H100, acceleratorsPerNode };
    expect(training(asked)).toBe(
      `SpecError: training.purchase must be spot or reserved for ${machine}, which is not sold on demand, ` +
        'got "on-demand"; or set flexStart, or take 8 GPUs a node',
    );
    expect(training({ ...asked, purchase: Purchase.spot() })).toBe("accepted");
    expect(training(asked, { flexStart: true })).toBe("accepted");
  });

  test("on demand is accepted for a whole H100 machine", () => {
    expect(training({ accelerator: H100, acceleratorsPerNode: 8 })).toBe("accepted");
  });

  test.each([RESERVATION, LATER_TEXT])("may name the reservation %p", (id) => {
    expect(training({ purchase: Purchase.reserved(id) })).toBe("accepted");
  });

  test.each(["h100", `${RESERVATION}/x`, `x${RESERVATION}`, "projects/p/regions/r/reservations/x", ""])(
    "may not name the reservation %p",
    (id) => {
      expect(training({ purchase: Purchase.reserved(id) })).toBe(reserved(id));
    },
  );
});

describe("flex-start", () => {
  const offered = "it is offered for L4, A100_40GB, A100_80GB, H100, H200, B200";
  const unset = (what: string): string => `SpecError: flexStart must be unset with ${what}, got true; ${offered}`;
  const hours = (given: number): string =>
    `SpecError: flexStartMaxWaitHours must be a whole number from 1 to 168, got ${given}; give hours, up to a week`;

  test.each<[props: TrainingProps, more: Asked, answer: string]>([
    [L4, {}, "accepted"],
    [L4, { flexStartMaxWaitHours: 1 }, "accepted"],
    [L4, { flexStartMaxWaitHours: 168 }, "accepted"],
    [L4, { flexStartMaxWaitHours: LATER_NUMBER }, "accepted"],
    [L4, { flexStartMaxWaitHours: 0 }, hours(0)],
    [L4, { flexStartMaxWaitHours: 1.5 }, hours(1.5)],
    [L4, { flexStartMaxWaitHours: 169 }, hours(169)],
    [{ accelerator: Accelerator.T4 }, {}, unset("T4")],
    [{ accelerator: Accelerator.RTX_PRO_6000 }, {}, unset("RTX_PRO_6000")],
    [TPU, {}, unset("TPU_V5E")],
    [{ accelerator: Accelerator.NONE }, {}, unset("no accelerator")],
    [
      { ...L4, purchase: Purchase.spot() },
      {},
      "SpecError: flexStart must be unset with spot capacity, got true; it is a way to buy of its own",
    ],
    [
      { ...L4, purchase: Purchase.reserved() },
      {},
      "SpecError: flexStart must be unset with reserved capacity, got true; it is a way to buy of its own",
    ],
  ])("is answered for %p with %p", (props, more, answer) => {
    expect(training(props, { flexStart: true, ...more })).toBe(answer);
  });

  test("is what a wait is for", () => {
    expect(refused({ flexStartMaxWaitHours: 2 })).toBe(
      "SpecError: flexStartMaxWaitHours must be unset without flexStart, got 2; nothing else waits for capacity",
    );
  });
});

describe("the variables of training on Vertex AI", () => {
  const set = (environment: { [name: string]: string }): string => training({ environment });
  const many = (count: number): { [name: string]: string } =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, ""]));

  test.each(["CLUSTER_SPEC", "AIP_MODEL_DIR", "AIP_"])("are refused when Vertex AI sets them itself: %s", (name) => {
    expect(set({ [name]: "x" })).toBe(
      `SpecError: training.environment must be free of names that Vertex AI sets itself, got "${name}"; remove it`,
    );
  });

  test("are one's own when they only look like Vertex AI's", () => {
    expect(set({ MY_CLUSTER_SPEC: "x", CLUSTER_SPEC_2: "x", MY_AIP_: "x" })).toBe("accepted");
  });

  test("are at most 90 with the environment's own six", () => {
    expect(set(many(84))).toBe("accepted");
    expect(set(many(85))).toBe(
      "SpecError: training.environment must be at most 90 variables with the environment's own, got 91; " +
        "put what is longer into a file next to the data set",
    );
  });

  test("are at most what one variable of a workflow holds", () => {
    expect(set({ OURS: "x".repeat(3700) })).toBe("accepted");
    expect(set({ OURS: "é".repeat(2500) })).toMatch(
      /^SpecError: training\.environment must be at most 4096 bytes of JSON with the environment's own variables, got 5\d{3}; put what is longer into a file next to the data set$/,
    );
  });

  test("are refused when the workflow sets them itself", () => {
    expect(set({ ML_RUN_ID: "x" })).toBe(
      'SpecError: training.environment must be free of names that the environment sets itself, got "ML_RUN_ID"; remove it',
    );
  });
});
