import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as core from "../../lib/core/workload-contract";

// What the container reads and emits, as its own code says it: a name that one side alone knows is a setting that does
// nothing, or an alarm that never fires

const workload = join(__dirname, "..", "..", "workload");

interface Row {
  readonly name: string;
  readonly role: string;
  readonly kind: "flag" | "integer" | "number" | "string";
  readonly default: string | number | null;
}

interface Contract {
  readonly variables: readonly Row[];
  readonly exitStatuses: { readonly [status: string]: string };
  readonly paths: { readonly [route: string]: string };
  readonly metrics: { readonly train: readonly string[]; readonly serve: readonly string[] };
}

/** The contract, printed by a bare Python: no package is installed where the constructs are tested. */
function contract(): Contract {
  const { status, stdout, stderr } = spawnSync("python3", ["-S", "-m", "image_classifier", "contract"], {
    cwd: workload,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`contract ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Contract;
}

describe("the container's contract is the same in TypeScript and in Python", () => {
  const python = contract();
  const variables = python.variables.filter(({ name }) => name.startsWith("ML_"));
  const text = (value: string | number | null) => (value === null ? null : String(value));

  test("names, readers, kinds and defaults of the variables", () => {
    const theirs = variables.map(({ name, role, kind, default: fallback }) => [name, role, kind, text(fallback)]);
    expect([...core.WORKLOAD_VARIABLES].sort()).toEqual(theirs.sort());
  });

  test("names of the metrics", () => {
    expect([...core.TRAIN_METRICS]).toEqual(python.metrics.train);
    expect([...core.SERVE_METRICS]).toEqual(python.metrics.serve);
  });

  test("paths, port and exit statuses", () => {
    expect({ predict: core.PREDICT_PATH, health: core.HEALTH_PATH, ready: core.READY_PATH }).toEqual(python.paths);
    expect(python.variables.find(({ name }) => name === "PORT")?.default).toBe(core.CONTAINER_PORT);
    const known = Object.keys(python.exitStatuses).map(Number);
    expect(known).toEqual(expect.arrayContaining(Object.values(core.EXIT_STATUS)));
  });

  test("the user of the image", () => {
    const users = readFileSync(join(workload, "Dockerfile"), "utf8").match(/^USER .*$/gm);
    expect(users).toEqual([`USER ${core.CONTAINER_USER}`, `USER ${core.CONTAINER_USER}`]);
  });
});
