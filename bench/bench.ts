import { deepStrictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { median, ROUNDS, timed, timedCommand } from "./measure";
import { loadPlainProgram, writePlainProgram } from "./plain";
import { Environment } from "cdktf-pytorch-vision/aws";

const ROOT = join(__dirname, "..");
// Below the package: what is compiled into it finds the package by its own name.
const WORK = join(ROOT, "cdktf.out", "bench");
const OUT = mkdtempSync(join(tmpdir(), "bench-"));

interface Result {
  readonly what: string;
  readonly milliseconds: number;
  /** Against what it is held, and how much of it it may be. */
  readonly ratio?: number;
  readonly limit?: number;
}

type Add = (stack: TerraformStack, i: number) => void;

const addEnvironment: Add = (stack, i) =>
  new Environment(stack, "environment", { name: `bench${i}`, region: "us-east-1" });

function synth(add: Add, stacks = 1): void {
  const app = new App({ outdir: OUT });
  for (let i = 0; i < stacks; i++) {
    const stack = new TerraformStack(app, `stack${i}`);
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    add(stack, i);
  }
  app.synth();
}

const synthesized = () => JSON.parse(readFileSync(join(OUT, "stacks", "stack0", "cdk.tf.json"), "utf8"));

/** (a) What the constructs cost on top of the resources that they make. */
function againstPlain(): Result[] {
  synth(addEnvironment);
  const expected = synthesized();
  const file = join(WORK, "plain.js");
  writePlainProgram(expected, file);
  const addPlain = loadPlainProgram(file);
  synth(addPlain);
  deepStrictEqual(withoutMetadata(synthesized()), withoutMetadata(expected), "the plain program makes other resources");

  const [ours, plain]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed(() => synth(addEnvironment)));
    plain.push(timed(() => synth(addPlain)));
  }
  const count = Object.values<object>(expected.resource).reduce((sum, byId) => sum + Object.keys(byId).length, 0);
  return [
    { what: `${count} resources by plain L1 calls`, milliseconds: median(plain) },
    {
      what: "the same by aws.Environment",
      milliseconds: median(ours),
      ratio: median(ours) / median(plain),
      limit: 1.25,
    },
  ];
}

function withoutMetadata({ resource, data }: { resource: object; data: object }): unknown {
  return JSON.parse(JSON.stringify({ resource, data }, (key, value) => (key === "//" ? undefined : value)));
}

/** (b) Whether many environments cost more each than a few. */
function scaling(): Result[] {
  const times = new Map<number, number[]>([1, 10, 100].map((count) => [count, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [count, each] of times) each.push(timed(() => synth(addEnvironment, count)) / count);
  }
  const [one, ten, hundred] = [...times.values()].map(median);
  return [
    { what: "an environment, 1 in the app", milliseconds: one },
    { what: "an environment, 10 in the app", milliseconds: ten },
    { what: "an environment, 100 in the app", milliseconds: hundred, ratio: hundred / ten, limit: 1.2 },
  ];
}

/** (c) What importing the package costs a program that has cdktf already. */
function importing(): Result[] {
  const program = `
    require("cdktf");
    const started = performance.now();
    require(${JSON.stringify(join(ROOT, "dist", "aws"))});
    console.log(performance.now() - started);`;
  const file = join(WORK, "import.js");
  writeFileSync(file, program);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(Number(execFileSync("node", [file], { encoding: "utf8" })));
  return [{ what: "require of ./aws on top of cdktf", milliseconds: median(times) }];
}

/** (d) What every cdktf command waits for: the app command of cdktf.json, and what compiling it first would save. */
function appCommand(): Result[] {
  const command: string = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8")).app;
  const compiled = join(WORK, "app");
  timedCommand("npx", ["tsc", "--noEmit", "false", "--outDir", compiled]);
  cpSync(join(ROOT, "cdktf.json"), join(compiled, "cdktf.json"));
  const env = { CDKTF_OUTDIR: join(WORK, "out") };
  const [asIs, precompiled]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    asIs.push(timedCommand("sh", ["-c", command], env));
    precompiled.push(timedCommand("node", [join(compiled, "stacks", "main.js")], env));
  }
  return [
    { what: `app command: ${command}`, milliseconds: median(asIs) },
    { what: "app compiled beforehand, compiling not counted", milliseconds: median(precompiled) },
  ];
}

function main(): void {
  if (!existsSync(join(ROOT, "dist", "aws"))) throw new Error("nothing is built; run npm run build first");
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  const results = [againstPlain, scaling, importing, appCommand].flatMap((measure) => measure());
  const report = { node: process.version, cpu: cpus()[0].model, cores: cpus().length, rounds: ROUNDS, results };
  writeFileSync(join(__dirname, "results.json"), `${JSON.stringify(report, undefined, 2)}\n`);

  const width = Math.max(...results.map(({ what }) => what.length));
  for (const { what, milliseconds, ratio, limit } of results) {
    const held = ratio === undefined ? "" : `  ${ratio.toFixed(2)} × the line above, at most ${limit}`;
    console.log(`${what.padEnd(width)}  ${milliseconds.toFixed(1).padStart(8)} ms${held}`);
  }
  console.log(
    `Medians of ${ROUNDS} rounds, Node ${process.version}, ${cpus().length} × ${cpus()[0].model}: bench/results.json`,
  );
  const slow = results.filter(({ ratio, limit }) => ratio !== undefined && limit !== undefined && ratio > limit);
  if (slow.length > 0) {
    console.error(`Too slow: ${slow.map(({ what }) => what).join("; ")}`);
    process.exitCode = 1;
  }
}

main();
