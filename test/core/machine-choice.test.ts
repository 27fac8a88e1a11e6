import { Accelerator, Machine } from "../../lib/core";
import { chooseMachine, MachineRequest } from "../../lib/core/machine-choice";
import { refusal } from "../refusal";
import { LATER_NUMBER, LATER_TEXT } from "./tokens";

function machine(type: string, accelerator: string | undefined, count: number, gib: number, usd?: number): Machine {
  return {
    type,
    vcpus: 4,
    memoryGib: 16,
    accelerator,
    acceleratorCount: count,
    acceleratorMemoryGib: gib,
    usdPerHour: usd,
  };
}

// Not by price, so that order in the table decides nothing.
const MACHINES = [
  machine("big-cpu", undefined, 0, 0, 2),
  machine("small-cpu", undefined, 0, 0, 1),
  machine("l4-dear", "L4", 1, 24, 4),
  machine("l4", "L4", 1, 24, 3),
  machine("t4", "T4", 1, 16, 2),
  machine("t4-x4", "T4", 4, 16, 8),
  machine("b300", "B300", 1, 268),
  machine("tpu", "TPU_V5E", 1, 16, 0.5),
];

const request = (more: Partial<MachineRequest>): MachineRequest => ({ part: "training", cloud: "AWS", ...more });
const choose = (more: Partial<MachineRequest>): string => chooseMachine(MACHINES, request(more)).type;
const refused = (more: Partial<MachineRequest>): string => refusal(() => choose(more));
const OFFERED = "AWS has L4 (24 GiB) × 1; T4 (16 GiB) × 1, 4; B300 (268 GiB) × 1; TPU_V5E (16 GiB) × 1";

describe("the machine that is picked", () => {
  test.each<[what: string, asked: Partial<MachineRequest>, type: string]>([
    ["the cheapest without an accelerator", { accelerator: Accelerator.NONE }, "small-cpu"],
    ["the cheapest without one, when nothing is asked for", {}, "small-cpu"],
    ["the cheapest with that GPU", { accelerator: Accelerator.L4 }, "l4"],
    ["the cheapest with that much memory", { accelerator: Accelerator.gpu(16) }, "t4"],
    ["never a smaller GPU", { accelerator: Accelerator.gpu(17) }, "l4"],
    ["one with exactly that many", { accelerator: Accelerator.T4, acceleratorCount: 4 }, "t4-x4"],
    ["one without a price, by name of its accelerator", { accelerator: Accelerator.named("B300") }, "b300"],
    ["a TPU, by name only", { accelerator: Accelerator.TPU_V5E }, "tpu"],
    ["the named one, whatever it costs", { machineType: "l4-dear" }, "l4-dear"],
    ["the named one, without an accelerator", { machineType: "big-cpu" }, "big-cpu"],
    [
      "the named one, when it has what is asked for",
      { machineType: "l4-dear", accelerator: Accelerator.gpu(16) },
      "l4-dear",
    ],
    ["the named one, when it has as many", { machineType: "t4-x4", acceleratorCount: 4 }, "t4-x4"],
    [
      "the named one, when only Terraform knows how many",
      { machineType: "t4-x4", acceleratorCount: LATER_NUMBER },
      "t4-x4",
    ],
  ])("is %s", (_, asked, type) => {
    expect(choose(asked)).toBe(type);
  });

  test("leaves the order of the table as it was", () => {
    const before = MACHINES.map(({ type }) => type);
    choose({ accelerator: Accelerator.gpu(1) });
    expect(MACHINES.map(({ type }) => type)).toEqual(before);
  });
});

describe("a machine that does not exist is refused", () => {
  test("with a list of what does, when the accelerator is not sold", () => {
    expect(refused({ accelerator: Accelerator.H100 })).toBe(
      `SpecError: training.accelerator must be one that AWS has, got H100 × 1; ${OFFERED}`,
    );
  });

  test("with the list, when it is not sold in that number", () => {
    expect(refused({ part: "inference", accelerator: Accelerator.T4, acceleratorCount: 2 })).toBe(
      `SpecError: inference.accelerator must be one that AWS has, got T4 × 2; ${OFFERED}`,
    );
  });

  test("with a hint before the list", () => {
    expect(refused({ accelerator: Accelerator.TPU_V6E, hint: "TPUs are elsewhere;" })).toBe(
      `SpecError: training.accelerator must be one that AWS has, got TPU_V6E × 1; TPUs are elsewhere; ${OFFERED}`,
    );
  });

  test("with the name to ask for, when only one without a price would do", () => {
    expect(refused({ accelerator: Accelerator.gpu(100) })).toBe(
      "SpecError: training.accelerator must be one that AWS has, got a GPU with 100 GiB or more × 1; " +
        `ask for B300 by name, it has no known price to compare; ${OFFERED}`,
    );
  });

  test("with every type that does, when the type is unknown", () => {
    expect(refused({ machineType: "p2.xlarge" })).toBe(
      'SpecError: training.machineType must be a machine of AWS that this library knows, got "p2.xlarge"; ' +
        "choose one of big-cpu, small-cpu, l4-dear, l4, t4, t4-x4, b300, tpu",
    );
  });
});

describe("a request that contradicts itself is refused", () => {
  test.each<[what: string, asked: Partial<MachineRequest>, message: string]>([
    [
      "another GPU than the type has",
      { machineType: "l4", accelerator: Accelerator.T4 },
      'training.machineType must be a machine with T4, got "l4"; it has L4 × 1; leave one of the two props unset',
    ],
    [
      "a GPU and a type without one",
      { machineType: "big-cpu", accelerator: Accelerator.gpu(16) },
      'training.machineType must be a machine with a GPU with 16 GiB or more, got "big-cpu"; ' +
        "it has no accelerator; leave one of the two props unset",
    ],
    [
      "none and a type with one",
      { machineType: "l4", accelerator: Accelerator.NONE },
      'training.machineType must be a machine with no accelerator, got "l4"; it has L4 × 1; leave one of the two props unset',
    ],
    [
      "another number than the type has",
      { machineType: "t4-x4", acceleratorCount: 2 },
      'training.machineType must be a machine with training.acceleratorsPerNode 2, got "t4-x4"; ' +
        "it has T4 × 4; leave one of the two props unset",
    ],
    [
      "a number and a type without any, under the prop's name in inference",
      { part: "inference", machineType: "big-cpu", acceleratorCount: 2 },
      'inference.machineType must be a machine with inference.acceleratorsPerReplica 2, got "big-cpu"; ' +
        "it has no accelerator; leave one of the two props unset",
    ],
    [
      "a number of nothing",
      { accelerator: Accelerator.NONE, acceleratorCount: 2 },
      "training.acceleratorsPerNode must be unset with Accelerator.NONE, got 2; remove it or ask for an accelerator",
    ],
    [
      "a type without a GPU where one is needed",
      { part: "inference", machineType: "big-cpu", gpuOnly: true },
      'inference.machineType must be a machine with a GPU, got "big-cpu"; ' +
        "replicas on CPU are sized by inference.vcpus and memoryGib",
    ],
  ])("for %s", (_, asked, message) => {
    expect(refused(asked)).toBe(`SpecError: ${message}`);
  });
});

describe("a machine cannot be picked by what only Terraform knows", () => {
  test("such as the number of accelerators", () => {
    expect(refused({ accelerator: Accelerator.T4, acceleratorCount: LATER_NUMBER })).toBe(
      "SpecError: training.acceleratorsPerNode must be known before Terraform runs, got a token; " +
        "it picks the machine; name that with machineType",
    );
  });

  test("such as the name of its type", () => {
    expect(refused({ machineType: LATER_TEXT })).toBe(
      "SpecError: training.machineType must be known before Terraform runs, got a token; " +
        "the size of containers and quotas hang on it",
    );
  });
});
