import { checkVariables, WORKLOAD_VARIABLES } from "../../lib/core/workload-contract";
import { refusal } from "../refusal";
import { Later, LATER_TEXT } from "./tokens";

const PROP = "training.environment";
const train = (...names: string[]): string =>
  refusal(() => checkVariables(PROP, Object.fromEntries(names.map((name) => [name, "1"])), "train"));
const UNREAD = `SpecError: ${PROP} must be made of variables that the container reads, or of names without the prefix ML_, got`;

describe("the variables of the container", () => {
  test("are each named once, with the prefix ML_", () => {
    const names = WORKLOAD_VARIABLES.map(([name]) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i || !/^ML_[A-Z0-9_]+$/.test(name))).toEqual([]);
  });

  test("may be those that the command reads, and any of one's own", () => {
    expect(train("ML_EPOCHS", "ML_SCRATCH", "HF_TOKEN", "_x", "a1", "ML")).toBe("accepted");
  });

  test.each([
    "ML_CLOUD",
    "ML_ROLE",
    "ML_RUN_ID",
    "ML_OUTPUT_URI",
    "ML_MODEL_URI",
    "ML_METRICS_NAMESPACE",
    "ML_API_KEY",
  ])("may not be %s, on which rights and addresses hang", (name) => {
    expect(train(name)).toBe(
      `SpecError: training.environment must be free of names that the environment sets itself, got "${name}"; remove it`,
    );
  });

  test("may be none", () => {
    expect(refusal(() => checkVariables(PROP, undefined, "train"))).toBe("accepted");
  });

  test.each([
    ["ML_EPOCH", "ML_EPOCHS"],
    ["ML_EPOHCS", "ML_EPOCHS"],
    ["ML_BATCHSIZE", "ML_BATCH_SIZE"],
    ["ML_BATCH_SIZES", "ML_BATCH_SIZE"],
    ["ML_LRR", "ML_LR"],
  ])("are refused when misspelt, with the nearest that is read: %s", (name, nearest) => {
    expect(train("ML_SEED", name)).toBe(`${UNREAD} "${name}"; did you mean ${nearest}?`);
  });

  test("are refused without a guess when nothing is near", () => {
    expect(train("ML_LEARNING_RATE_DECAY")).toBe(
      `${UNREAD} "ML_LEARNING_RATE_DECAY"; names that start with ML_ belong to the container's contract`,
    );
  });

  test("are refused when only the other command reads them", () => {
    const serving = refusal(() => checkVariables("inference.environment", { ML_EPOCHS: "1" }, "serve"));
    expect(serving).toBe(
      "SpecError: inference.environment must be made of variables that the container reads, or of names without the " +
        'prefix ML_, got "ML_EPOCHS"; names that start with ML_ belong to the container\'s contract',
    );
    expect(train("ML_TOP_K")).toBe(
      `${UNREAD} "ML_TOP_K"; names that start with ML_ belong to the container's contract`,
    );
  });

  test.each(["", "1ST", "A-B", "A B", "A.B", "Ä", "A\n"])("are refused when no shell could set them: %p", (name) => {
    expect(train(name)).toBe(
      `SpecError: ${PROP} must be keyed by names of letters, digits and underscores, a letter or underscore first, ` +
        `got ${JSON.stringify(name)}; rename it`,
    );
  });

  test("may have names and values that only Terraform knows", () => {
    expect(refusal(() => checkVariables(PROP, { [LATER_TEXT]: "1", ML_EPOCHS: LATER_TEXT }, "train"))).toBe("accepted");
  });

  test("are refused as a map that only Terraform knows: it cannot be put together with the environment's own", () => {
    const map = new Later().variable("map").value;
    expect(refusal(() => checkVariables(PROP, map, "train"))).toBe(
      `SpecError: ${PROP} must be known before Terraform runs, got a token; write the map out; each value may be a token`,
    );
  });
});
