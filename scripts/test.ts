import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closing, type Layer } from "./test-table";

// Fast ones first: what breaks most often is told first. `workload` is the container's, by pytest; the others are the
// projects of jest.config.js.
const WORKLOAD = "workload";
const LAYERS = ["unit", "package", "policy", "terraform", WORKLOAD, "emulated"];

interface JestTest {
  readonly status: string;
  readonly title: string;
}

interface JestAnswer {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { readonly assertionResults: readonly JestTest[] }[];
}

/** Runs one layer, its view straight to the terminal, and counts. A layer that runs no test has failed. */
function runLayer(name: string, folder: string): Layer {
  process.stdout.write(`\n== ${name}\n`);
  return name === WORKLOAD ? runPytest(name, folder) : runJest(name, folder);
}

/** The container's own tests, in an environment of their own that the first run makes: torch alone is 5 GB. */
function runPytest(name: string, folder: string): Layer {
  const started = Date.now();
  const report = join(folder, `${name}.xml`);
  const env = { ...process.env, PYTEST_ADDOPTS: `--junitxml=${report}` };
  const { status, error } = spawnSync("python3", [join(__dirname, "..", "workload", "tools", "test.py")], {
    stdio: "inherit",
    env,
  });
  const seconds = (Date.now() - started) / 1000;
  const suite = existsSync(report) ? (/<testsuite [^>]*>/.exec(readFileSync(report, "utf8"))?.[0] ?? "") : "";
  const count = (attribute: string) => Number(new RegExp(` ${attribute}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [tests, skipped, broken] = [count("tests"), count("skipped"), count("failures") + count("errors")];
  const failed = broken === 0 && status !== 0 ? 1 : broken;
  const passed = Math.max(0, tests - skipped - broken);
  const notRun = [
    ...Array.from({ length: skipped }, () => "a test that pytest skipped"),
    ...(error ? [`python3 did not start: ${error.message}`] : []),
  ];
  return { name, passed, failed, notRun, seconds };
}

function runJest(name: string, folder: string): Layer {
  const started = Date.now();
  const outputFile = join(folder, `${name}.json`);
  const jest = join(__dirname, "..", "node_modules", "jest", "bin", "jest.js");
  // --ci: a missing snapshot is a failure, not a new file. Two workers: what waits for an emulated cloud waits together
  const options = ["--ci", "--maxWorkers=2", "--passWithNoTests", "--json", `--outputFile=${outputFile}`];
  const { status } = spawnSync(process.execPath, [jest, "--selectProjects", name, ...options], {
    stdio: ["ignore", "ignore", "inherit"], // stdout repeats the answer as JSON, the view is on stderr
  });
  const seconds = (Date.now() - started) / 1000;
  if (!existsSync(outputFile)) return { name, passed: 0, failed: 1, notRun: [`jest ended with ${status}`], seconds };
  const answer = JSON.parse(readFileSync(outputFile, "utf8")) as JestAnswer;
  const notRun = answer.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => test.status === "pending" || test.status === "todo")
    .map((test) => test.title);
  const failed = answer.numFailedTests + answer.numRuntimeErrorTestSuites;
  const clean = status === 0 || failed > 0;
  return { name, passed: answer.numPassedTests, failed: clean ? failed : 1, notRun, seconds };
}

function chosen(args: readonly string[]): readonly string[] {
  const unknown = args.filter((name) => !LAYERS.includes(name));
  if (unknown.length > 0) {
    console.error(`a layer must be one of ${LAYERS.join(", ")}, got ${unknown.join(", ")}`);
    process.exit(2);
  }
  return args.length === 0 ? LAYERS : LAYERS.filter((name) => args.includes(name));
}

const names = chosen(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), "test-"));
const layers = names.map((name) => runLayer(name, folder));
rmSync(folder, { recursive: true, force: true });
const { text, ok } = closing(layers, process.env.CI === "true");
process.stdout.write(text);
process.exitCode = ok ? 0 : 1;
