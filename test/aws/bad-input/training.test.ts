import { MACHINES } from "../../../lib/aws/machines";
import { Accelerator, Purchase, TrainingProps } from "../../../lib/core";
import { LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { Asked, refused } from "./refused";

const training = (props: TrainingProps, more: Asked = {}): string => refused({ training: props, ...more });

const OFFERED =
  "AWS has T4 (16 GiB) × 1, 4, 8; L4 (24 GiB) × 1, 4, 8; A10G (24 GiB) × 1, 4, 8; L40S (48 GiB) × 1, 4, 8; " +
  "H100 (80 GiB) × 1, 8; A100_40GB (40 GiB) × 8; A100_80GB (80 GiB) × 8; H200 (141 GiB) × 8; B200 (179 GiB) × 8; " +
  "RTX_PRO_6000 (96 GiB) × 1, 2, 4, 8; B300 (268 GiB) × 8";
const none = (asked: string, hint = ""): string =>
  `SpecError: training.accelerator must be one that AWS has, got ${asked}; ${hint}${OFFERED}`;

describe("an accelerator that AWS does not sell so", () => {
  test.each<[props: TrainingProps, answer: string]>([
    [{ accelerator: Accelerator.A100_80GB }, none("A100_80GB × 1")],
    [{ accelerator: Accelerator.A100_40GB, acceleratorsPerNode: 4 }, none("A100_40GB × 4")],
    [{ accelerator: Accelerator.A10 }, none("A10 × 1")],
    [{ acceleratorsPerNode: 3 }, none("a GPU with 16 GiB or more × 3")],
    [{ accelerator: Accelerator.gpu(269), acceleratorsPerNode: 8 }, none("a GPU with 269 GiB or more × 8")],
    [{ accelerator: Accelerator.named("V100") }, none("V100 × 1")],
    [{ accelerator: Accelerator.TPU_V5E }, none("TPU_V5E × 1", "TPUs are on Google Cloud only; ")],
    [
      { accelerator: Accelerator.TPU_V6E, acceleratorsPerNode: 4 },
      none("TPU_V6E × 4", "TPUs are on Google Cloud only; "),
    ],
    [
      { accelerator: Accelerator.gpu(96) },
      none("a GPU with 96 GiB or more × 1", "ask for RTX_PRO_6000 by name, it has no known price to compare; "),
    ],
  ])("is refused with the list of what it does: %p", (props, answer) => {
    expect(training(props)).toBe(answer);
  });

  test("is accepted in the numbers in which it is sold", () => {
    expect(training({ accelerator: Accelerator.A100_80GB, acceleratorsPerNode: 8 })).toBe("accepted");
    expect(training({ accelerator: Accelerator.RTX_PRO_6000, acceleratorsPerNode: 2 })).toBe("accepted");
  });
});

describe("a machine type of training", () => {
  test("that is unknown is refused with all that are known", () => {
    const types = MACHINES.map(({ type }) => type).join(", ");
    expect(training({ machineType: "p3.2xlarge" })).toBe(
      'SpecError: training.machineType must be a machine of AWS that this library knows, got "p3.2xlarge"; ' +
        `choose one of ${types}`,
    );
    expect(MACHINES).toHaveLength(52);
  });

  test("that has another number of GPUs is refused", () => {
    expect(training({ machineType: "g6.12xlarge", acceleratorsPerNode: 2 })).toBe(
      'SpecError: training.machineType must be a machine with training.acceleratorsPerNode 2, got "g6.12xlarge"; ' +
        "it has L4 × 4; leave one of the two props unset",
    );
  });
});

describe("the size of a training", () => {
  const count = (prop: string, max: number, given: number): string =>
    `SpecError: training.${prop} must be a whole number from 1 to ${max}, got ${given}; give a count of 1 or more`;

  test.each<[props: TrainingProps, answer: string]>([
    [{ nodes: 0 }, count("nodes", 1000, 0)],
    [{ nodes: 1.5 }, count("nodes", 1000, 1.5)],
    [{ nodes: 1001 }, count("nodes", 1000, 1001)],
    [{ nodes: 1000 }, "accepted"],
    [{ maxConcurrentRuns: 0 }, count("maxConcurrentRuns", 1000, 0)],
    [{ maxConcurrentRuns: 0.5 }, count("maxConcurrentRuns", 1000, 0.5)],
    [{ maxConcurrentRuns: 1000 }, "accepted"],
    [{ acceleratorsPerNode: 0 }, count("acceleratorsPerNode", 16, 0)],
    [
      { maxRunHours: 0 },
      "SpecError: training.maxRunHours must be a number from 1 to 8760, got 0; give hours, up to a year",
    ],
    [
      { maxRunHours: 8761 },
      "SpecError: training.maxRunHours must be a number from 1 to 8760, got 8761; give hours, up to a year",
    ],
    [{ maxRunHours: 8760 }, "accepted"],
    [
      { scratchGib: 29 },
      "SpecError: training.scratchGib must be a whole number from 30 to 16384, got 29; " +
        "it holds the data set, two checkpoints and the image",
    ],
    [
      { scratchGib: 16385 },
      "SpecError: training.scratchGib must be a whole number from 30 to 16384, got 16385; " +
        "it holds the data set, two checkpoints and the image",
    ],
    [{ scratchGib: 16384 }, "accepted"],
  ])("is answered for %p", (props, answer) => {
    expect(training(props)).toBe(answer);
  });
});

describe("the purchase of training capacity", () => {
  const reserved = (given: string): string =>
    `SpecError: training.purchase must be reserved with the id of a capacity reservation, got "${given}"; ` +
    'for example Purchase.reserved("cr-0123456789abcdef0")';

  test("on spot is refused for several nodes, which AWS Batch runs elsewhere only", () => {
    expect(training({ nodes: 2, purchase: Purchase.spot() })).toBe(
      "SpecError: training.nodes must be 1 with Purchase.spot(), got 2; " +
        "AWS Batch runs multi-node jobs on on-demand or reserved capacity only",
    );
  });

  test.each([Purchase.onDemand(), Purchase.reserved()])("is accepted for several nodes otherwise: %p", (purchase) => {
    expect(training({ nodes: 2, purchase })).toBe("accepted");
  });

  test.each(["cr-01234567", "cr-0123456789abcdef0", LATER_TEXT])("may name the reservation %p", (id) => {
    expect(training({ purchase: Purchase.reserved(id) })).toBe("accepted");
  });

  test.each(["cr-0123456", "cr-0123456789abcdef01", "cr-0123456G", "cb-0123456789abcdef0", "xcr-01234567", ""])(
    "may not name the reservation %p",
    (id) => {
      expect(training({ purchase: Purchase.reserved(id) })).toBe(reserved(id));
    },
  );

  test("has a fallback only when it is spot", () => {
    expect(training({ purchase: Purchase.spot() }, { spotFallback: true })).toBe("accepted");
    expect(training({}, { spotFallback: false })).toBe("accepted");
    expect(training({}, { spotFallback: true })).toBe(
      "SpecError: spotFallback must be unset without Purchase.spot(), got true; only spot capacity needs a fallback",
    );
  });
});

describe("several nodes", () => {
  test("are refused without a NAT gateway, because they get no public address", () => {
    expect(training({ nodes: 2 }, { natGateways: 0 })).toBe(
      "SpecError: training.nodes must be 1 with natGateways 0, got 2; " +
        "nodes that talk to each other get no public address; set natGateways to 1 or 2",
    );
    expect(training({ nodes: 2 }, { natGateways: 1 })).toBe("accepted");
    expect(training({ nodes: 2 }, { privateNetwork: true })).toBe("accepted");
  });

  test("pass when only Terraform knows how many, on spot and without a NAT gateway", () => {
    expect(training({ nodes: LATER_NUMBER, purchase: Purchase.spot() }, { natGateways: 0 })).toBe("accepted");
  });
});

describe("the variables of training", () => {
  test("are refused when misspelt, with the nearest that is read", () => {
    expect(training({ environment: { ML_EPOCH: "9" } })).toBe(
      "SpecError: training.environment must be made of variables that the container reads, or of names without the prefix " +
        'ML_, got "ML_EPOCH"; did you mean ML_EPOCHS?',
    );
  });
});
