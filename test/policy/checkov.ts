import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnv } from "../../scripts/python-env";

/** What checkov said about one stack. */
export interface Report {
  readonly passed: number;
  /** Checks that a resource did not pass, `CKV_AWS_1 aws_x.y: what the check wants`. */
  readonly failed: readonly FailedCheck[];
}

export interface FailedCheck {
  readonly id: string;
  /** Type and path of the resource, without the hash that cdktf appends. */
  readonly resource: string;
  /** What the check wants, in checkov's words. */
  readonly wants: string;
}

interface Answer {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly resource: string;
      readonly check_name: string;
    }[];
    readonly parsing_errors: readonly string[];
  };
  readonly summary: { readonly passed: number };
}

interface Stack {
  readonly terraform: { required_version?: string };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Done by the first scan if not before; it takes a minute, once. */
export function installCheckov(): string {
  return pythonEnv(join(__dirname, "requirements.txt")).bin("checkov");
}

function run(folder: string): Promise<string> {
  const args = ["--skip-download", "--compact", "--framework", "terraform_json", "-o", "json", "-d", folder];
  return new Promise((resolve, reject) => {
    // Its exit status says only that a check failed, which the answer says too
    execFile(installCheckov(), args, { maxBuffer: 256 * 1024 * 1024 }, (_status, stdout, stderr) => {
      if (stdout.includes('"summary"')) resolve(stdout);
      else reject(new Error(`checkov gave no result: ${stdout}\n${stderr}`));
    });
  });
}

/** checkov names resources in JSON `aws_x.y`, `resource.y` or `data.y`, as the check's author liked. */
function addressIn(stack: Stack, named: string): string {
  const [kind = "", id = ""] = named.split(".");
  const blocks = kind === "data" ? stack.data : stack.resource;
  const type = Object.entries(blocks ?? {}).find(([, byId]) => id in byId)?.[0] ?? kind;
  return `${kind === "data" ? "data." : ""}${type}.${id.replace(/_[0-9A-F]{8}$/, "")}`;
}

/** Runs checkov over a synthesized stack. Needs no network: the policies are part of the pinned package. */
export async function checkov(stackFolder: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "checkov-"));
  try {
    const stack = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as Stack;
    // checkov's reader of JSON takes the version for a block, and gives up on the whole file
    delete stack.terraform.required_version;
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
    const { results, summary } = JSON.parse(await run(folder)) as Answer;
    if (results.parsing_errors.length > 0) throw new Error(`checkov could not read the stack in ${stackFolder}`);
    const failed = results.failed_checks.map(({ check_id: id, resource, check_name: wants }) => ({
      id,
      resource: addressIn(stack, resource),
      wants,
    }));
    return { passed: summary.passed, failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
