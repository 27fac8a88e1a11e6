import { Accelerator, Purchase, TrainingProps } from "../../lib/core";
import { trainingSettings } from "../../lib/core/training-settings";
import { refusal } from "../refusal";
import { LATER_NUMBER } from "./tokens";

const refused = (props: TrainingProps): string => refusal(() => trainingSettings(props));

describe("training without a word about it", () => {
  test("is one run at a time on one GPU of 16 GiB, on demand, for a day at most", () => {
    expect(trainingSettings({})).toEqual({
      accelerator: Accelerator.gpu(16),
      acceleratorsPerNode: undefined,
      machineType: undefined,
      nodes: 1,
      maxConcurrentRuns: 1,
      purchase: Purchase.onDemand(),
      maxRunHours: 24,
      scratchGib: 200,
      image: undefined,
      environment: {},
    });
  });

  test("leaves the accelerator to the machine, when only that is named", () => {
    expect(trainingSettings({ machineType: "g6.xlarge" }).accelerator).toBeUndefined();
  });

  test("keeps whatever is said", () => {
    const said = {
      accelerator: Accelerator.L4,
      acceleratorsPerNode: 4,
      machineType: "g6.12xlarge",
      nodes: 2,
      maxConcurrentRuns: 3,
      purchase: Purchase.reserved("cr-0123456789abcdef0"),
      maxRunHours: 1.5,
      scratchGib: 500,
      image: "example.com/train:1",
      environment: { ML_EPOCHS: "9" },
    };
    expect(trainingSettings(said)).toEqual(said);
  });
});

describe("training within its limits", () => {
  test.each<TrainingProps>([
    { acceleratorsPerNode: 1 },
    { acceleratorsPerNode: 16 },
    { nodes: 1 },
    { nodes: 1000 },
    { maxConcurrentRuns: 1 },
    { maxConcurrentRuns: 1000 },
    { maxRunHours: 1 },
    { maxRunHours: 8760 },
    { scratchGib: 30 },
    { scratchGib: 16384 },
  ])("may be %p", (props) => {
    expect(trainingSettings(props)).toMatchObject(props);
  });

  const whole = (prop: string, min: number, max: number, given: number, fix: string): string =>
    `SpecError: training.${prop} must be a whole number from ${min} to ${max}, got ${given}; ${fix}`;
  const count = "give a count of 1 or more";
  const disk = "it holds the data set, two checkpoints and the image";

  test.each<[props: TrainingProps, message: string]>([
    [{ acceleratorsPerNode: 0 }, whole("acceleratorsPerNode", 1, 16, 0, count)],
    [{ acceleratorsPerNode: 17 }, whole("acceleratorsPerNode", 1, 16, 17, count)],
    [{ nodes: 0 }, whole("nodes", 1, 1000, 0, count)],
    [{ nodes: 1.5 }, whole("nodes", 1, 1000, 1.5, count)],
    [{ nodes: 1001 }, whole("nodes", 1, 1000, 1001, count)],
    [{ maxConcurrentRuns: 0 }, whole("maxConcurrentRuns", 1, 1000, 0, count)],
    [{ maxConcurrentRuns: 1001 }, whole("maxConcurrentRuns", 1, 1000, 1001, count)],
    [{ scratchGib: 29 }, whole("scratchGib", 30, 16384, 29, disk)],
    [{ scratchGib: 16385 }, whole("scratchGib", 30, 16384, 16385, disk)],
    [{ scratchGib: 100.5 }, whole("scratchGib", 30, 16384, 100.5, disk)],
    [
      { maxRunHours: 0.9 },
      "SpecError: training.maxRunHours must be a number from 1 to 8760, got 0.9; give hours, up to a year",
    ],
    [
      { maxRunHours: 8761 },
      "SpecError: training.maxRunHours must be a number from 1 to 8760, got 8761; give hours, up to a year",
    ],
    [
      { environment: { ML_TOP_K: "3" } },
      "SpecError: training.environment must be made of variables that the container reads, or of names without the prefix " +
        'ML_, got "ML_TOP_K"; names that start with ML_ belong to the container\'s contract',
    ],
  ])("is refused with %p", (props, message) => {
    expect(refused(props)).toBe(message);
  });

  test.each(["acceleratorsPerNode", "nodes", "maxConcurrentRuns", "maxRunHours", "scratchGib"] as const)(
    "takes %s as a token",
    (prop) => {
      expect(trainingSettings({ [prop]: LATER_NUMBER })[prop]).toBe(LATER_NUMBER);
    },
  );
});
