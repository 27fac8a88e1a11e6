import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnv } from "../../scripts/python-env";

/** A check of checkov that some resources do not pass, on purpose. */
export interface Skip {
  readonly check: string;
  /** Type and path, without the hash that cdktf appends. One that no variant needs any more fails the test. */
  readonly on: readonly string[];
  readonly why: string;
}

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

interface Check {
  readonly check_id: string;
  readonly resource: string;
  readonly check_name: string;
  /** From the scanned folder, with a slash in front. */
  readonly file_path: string;
}

interface Answer {
  readonly results: {
    readonly passed_checks: readonly Check[];
    readonly failed_checks: readonly Check[];
    readonly parsing_errors: readonly string[];
  };
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

/**
 * Runs checkov once over synthesized stacks: most of its time goes into starting. Needs no network: the policies are part
 * of the pinned package.
 *
 * @param stackFolders by name of the stack
 * @returns a report for each name
 */
export async function checkov(stackFolders: ReadonlyMap<string, string>): Promise<Map<string, Report>> {
  const folder = mkdtempSync(join(tmpdir(), "checkov-"));
  try {
    // A folder of its own for each: checkov takes the files of one folder for one stack
    const stacks = [...stackFolders].map(([name, stackFolder], i) => {
      const stack = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as Stack;
      // checkov's reader of JSON takes the version for a block, and gives up on the whole file
      delete stack.terraform.required_version;
      mkdirSync(join(folder, String(i)));
      writeFileSync(join(folder, String(i), "cdk.tf.json"), JSON.stringify(stack));
      return { name, stack, file: `/${i}/cdk.tf.json` };
    });
    const { results } = JSON.parse(await run(folder)) as Answer;
    if (results.parsing_errors.length > 0) throw new Error(`checkov could not read ${results.parsing_errors.join()}`);
    return new Map(
      stacks.map(({ name, stack, file }) => {
        const failed = results.failed_checks
          .filter(({ file_path }) => file_path === file)
          .map(({ check_id: id, resource, check_name: wants }) => ({
            id,
            resource: addressIn(stack, resource),
            wants,
          }));
        return [name, { passed: results.passed_checks.filter(({ file_path }) => file_path === file).length, failed }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
