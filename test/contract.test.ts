import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { Accelerator, Capability, EnvironmentOutputs, EnvironmentProps, IEnvironment, SupportLevel } from "../lib/core";
import { warningsOf } from "../stacks/report";
import { Asked, Proof } from "./cloud";
import { CLOUDS } from "./clouds";
import { refusal } from "./refusal";

const LIB = join(__dirname, "..", "lib");
const FILES = [
  "budget.ts",
  "capabilities.ts",
  "encryption.ts",
  "environment.ts",
  "index.ts",
  "inference.ts",
  "machines.ts",
  "network.ts",
  "observability.ts",
  "registry.ts",
  "resource-names.ts",
  "retraining.ts",
  "state-store.ts",
  "storage.ts",
  "training.ts",
];
const CLASSES = [
  "Budget",
  "Encryption",
  "Environment",
  "Inference",
  "Network",
  "Observability",
  "Registry",
  "Retraining",
  "StateStore",
  "Storage",
  "Training",
];
// Read from the source, since nothing is left of an interface at run time.
const OUTPUTS = [
  ...readFileSync(join(LIB, "core", "environment-outputs.ts"), "utf8").matchAll(/readonly (\w+): string;/g),
].map(([, key]) => key);

type Blocks = { readonly [type: string]: { readonly [id: string]: { readonly [argument: string]: unknown } } };

// What every cloud answers in the same words.
const NAME =
  "3 to 16 characters, a lower-case letter first, then lower-case letters, digits and single hyphens, no hyphen at the end";
const COUNT = "a whole number from 1 to 1000";
const BAD_PROPS: readonly (readonly [Partial<EnvironmentProps>, string])[] = [
  [{ name: "Flowers" }, `name must be ${NAME}, got "Flowers"; every resource name of every cloud is built from it`],
  [
    { imageTag: "v 1" },
    "imageTag must be 1 to 120 letters, digits, dots, hyphens and underscores, no dot or hyphen first, " +
      'got "v 1"; use the version that was pushed, without -cpu or -cuda',
  ],
  [{ training: { nodes: 0 } }, `training.nodes must be ${COUNT}, got 0; give a count of 1 or more`],
  [
    { training: { maxConcurrentRuns: 1.5 } },
    `training.maxConcurrentRuns must be ${COUNT}, got 1.5; give a count of 1 or more`,
  ],
  [
    { training: { maxRunHours: 0 } },
    "training.maxRunHours must be a number from 1 to 8760, got 0; give hours, up to a year",
  ],
  [
    { training: { scratchGib: 29 } },
    "training.scratchGib must be a whole number from 30 to 16384, got 29; it holds the data set, two checkpoints and the image",
  ],
  [
    { training: { environment: { ML_EPOCS: "1" } } },
    "training.environment must be made of variables that the container reads, or of names without the prefix ML_, " +
      'got "ML_EPOCS"; did you mean ML_EPOCHS?',
  ],
  [
    { inference: { minReplicas: 5, maxReplicas: 2 } },
    "inference.minReplicas must be at most inference.maxReplicas (2), got 5; lower it or raise maxReplicas",
  ],
  [
    { inference: { concurrency: 0 } },
    `inference.concurrency must be ${COUNT}, got 0; give requests in flight per replica`,
  ],
  [
    { inference: { modelVersion: "a/b" } },
    "inference.modelVersion must be a run id: 1 to 128 letters, digits, dots, hyphens and underscores, " +
      'got "a/b"; use the name of a folder below modelsUri',
  ],
  [
    { storage: { checkpointDays: 0 } },
    "storage.checkpointDays must be a whole number from 1 to 3650, got 0; give days, up to ten years",
  ],
  [
    { observability: { alertEmails: ["ml at example.com"] } },
    'observability.alertEmails must be addresses with one @ and no spaces, got "ml at example.com"; correct or remove it',
  ],
  [
    { observability: { errorRatePercent: 0 } },
    "observability.errorRatePercent must be a number from 0.01 to 100, got 0; give percent",
  ],
  [
    { budget: { monthlyUsd: 0 } },
    "budget.monthlyUsd must be a number from 0.01 to 1000000000, got 0; leave budget unset for none",
  ],
];

describe.each(CLOUDS)("the environment on $name", (cloud) => {
  const environments = new Map<string, { readonly made: IEnvironment; readonly resources: Blocks }>();
  /** The environment `flowers` as it is asked for, and its resources: made once for everyone who asks for the same. */
  const flowers = (asked: Asked = {}): { readonly made: IEnvironment; readonly resources: Blocks } => {
    const key = JSON.stringify(asked);
    const before = environments.get(key);
    if (before) return before;
    const stack = new TerraformStack(Testing.app(), "stack");
    const made = cloud.add(stack, "flowers", asked);
    const now = { made, resources: blocksOf(stack) };
    environments.set(key, now);
    return now;
  };

  test("lies in files of the same names as on every other cloud", () => {
    const files = readdirSync(join(LIB, cloud.name));
    expect(FILES.filter((file) => !files.includes(file))).toEqual([]);
  });

  test("exports classes of the same names as on every other cloud", () => {
    expect(Object.keys(cloud.module).sort()).toEqual(CLASSES);
  });

  test("has every output, as text", () => {
    const { outputs } = flowers().made;
    expect(Object.keys(outputs).sort()).toEqual([...OUTPUTS].sort());
    const types = OUTPUTS.map((key) => typeof outputs[key as keyof EnvironmentOutputs]);
    expect(types).toEqual(OUTPUTS.map(() => "string"));
    expect(outputs.cloud).toBe(cloud.name);
  });

  test("knows of every accelerator there is", () => {
    expect(Object.keys(cloud.accelerators)).toEqual(members().map(([member]) => member));
  });

  test.each(members())("offers %s, or refuses it by name", (member, accelerator) => {
    const machine = (asked: Asked, of: (made: IEnvironment) => string): string => {
      let type = "";
      const answer = refusal(() => {
        type = of(cloud.add(new TerraformStack(Testing.app(), "stack"), "flowers", asked));
      });
      return answer === "accepted" ? type : answer.replace("SpecError: ", "");
    };
    expect({
      training: machine({ training: { accelerator } }, ({ trainingMachine }) => trainingMachine.type),
      inference: machine({ inference: { accelerator } }, ({ inferenceMachine }) => inferenceMachine.type),
    }).toEqual(cloud.accelerators[member]);
  });

  test("marks every capability once", () => {
    const marked = flowers().made.capabilities;
    expect(marked.map(({ capability }) => capability).sort()).toEqual(Object.values(Capability).sort());
    expect(marked.filter(({ how }) => how.trim() === "")).toEqual([]);
  });

  const proofs = Object.values(Capability).map((capability) => ({ capability, ...cloud.capabilities[capability] }));
  const isAbsent = ({ level }: Proof): boolean => level === SupportLevel.ABSENT;

  test.each(proofs)("is $level in $capability, as its table says", ({ capability, level }) => {
    const marked = flowers().made.capabilities.filter((one) => one.capability === capability);
    expect(marked.map((one) => one.level)).toEqual([level]);
  });

  test.each(proofs.filter((proof) => !isAbsent(proof)))("synthesizes what it takes for $capability", (proof) => {
    const { asked, resource: [type, having] = ["", {}], stack } = proof;
    const made = stack ? [JSON.parse(cloud.ownStack())] : Object.values(flowers(asked).resources[type] ?? {});
    expect(made.filter((one) => contains(one, stack ?? having))).not.toEqual([]);
  });

  test("says by name what it cannot do when that is asked for", () => {
    const answers = proofs.filter(isAbsent).map(({ capability, asked, refused, warned }) => {
      const answer = refused === undefined ? "accepted" : refusal(() => flowers(asked)).replace("SpecError: ", "");
      const said = answer === "accepted" ? warningsOf(flowers(asked).made) : [answer];
      return { capability, told: said.find((sentence) => sentence === (refused ?? warned)) };
    });
    expect(answers.filter(({ told }) => told === undefined)).toEqual([]);
  });

  test.each(BAD_PROPS)("refuses %j in the words of every cloud", (props, message) => {
    const { name = "flowers", ...asked } = props;
    const stack = new TerraformStack(Testing.app(), "stack");
    expect(refusal(() => cloud.add(stack, name, asked))).toBe(`SpecError: ${message}`);
  });

  test("can be in one stack with another, and has nothing to do with it", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    for (const name of ["flowers", "birds"]) cloud.add(stack, name, {});
    const resources = blocksOf(stack);
    const every = Object.values(resources).flatMap((all) => Object.entries(all));
    const of = (name: string): string[] => every.filter(([id]) => id.startsWith(`${name}_`)).map(([id]) => id);
    const shapeOf = (name: string): string[] =>
      of(name).map((id) => id.slice(name.length).replace(/_[0-9A-F]{8}$/, ""));
    expect(shapeOf("birds")).toEqual(shapeOf("flowers"));
    expect(of("birds").length + of("flowers").length).toBe(every.length);
    const crossed = every.filter(([id, given]) =>
      JSON.stringify(given).includes(id.startsWith("birds_") ? ".flowers_" : ".birds_"),
    );
    expect(crossed.map(([id]) => id)).toEqual([]);
    const names = Object.entries(resources)
      .filter(([type]) => !cloud.namedWithin.includes(type))
      .flatMap(([type, all]) =>
        Object.values(all).flatMap((given) =>
          cloud.nameArguments
            .filter((argument) => given[argument] !== undefined)
            .map((argument) => `${type}: ${given[argument]}`),
        ),
      );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("keeps the ids of its constructs, since a changed id is a resource destroyed and made again", () => {
    const { made } = flowers();
    expect(Testing.renderConstructTree(made)).toMatchSnapshot();
  });
});

function members(): [member: string, accelerator: Accelerator][] {
  return Object.entries(Accelerator).filter((entry): entry is [string, Accelerator] => entry[1] instanceof Accelerator);
}

/** The resources of a stack, with what is JSON inside of text read. */
function blocksOf(stack: TerraformStack): Blocks {
  const read = (_: string, value: unknown): unknown =>
    typeof value === "string" && /^(\{"|\[\{")/.test(value) ? JSON.parse(value) : value;
  return JSON.parse(Testing.synth(stack, true), read).resource;
}

/** Whether everything that is in `part` is in `whole`, at every depth. */
function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return whole === part;
  if (typeof whole !== "object" || whole === null) return false;
  const inner = new Map(Object.entries(whole));
  return Object.entries(part).every(([key, value]) => contains(inner.get(key), value));
}
