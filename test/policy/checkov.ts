import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnv } from "../../scripts/python-env";

/** A check that a resource did not pass. */
export interface FailedCheck {
  readonly id: string;
  /** The resource's address, `aws_x.y`. */
  readonly resource: string;
  /** What the check wants, in checkov's words. */
  readonly wants: string;
}

/** What checkov said about one stack. */
export interface Report {
  readonly failed: readonly FailedCheck[];
  readonly passed: number;
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

/** Runs checkov over a synthesized stack. Needs no network: the policies are part of the pinned package. */
export function checkov(stackFolder: string): Report {
  const { bin } = pythonEnv(join(__dirname, "requirements.txt"));
  const folder = mkdtempSync(join(tmpdir(), "checkov-"));
  try {
    const stack = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as {
      terraform: { required_version?: string };
    };
    // checkov's parser of JSON takes the version for a block and gives up on the whole file
    delete stack.terraform.required_version;
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
    const args = ["--skip-download", "--compact", "--framework", "terraform_json", "-o", "json", "-d", folder];
    const { stdout, stderr } = spawnSync(bin("checkov"), args, { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
    if (!stdout.includes('"summary"')) throw new Error(`checkov gave no result: ${stdout}\n${stderr}`);
    const { results, summary } = JSON.parse(stdout) as Answer;
    if (results.parsing_errors.length > 0) throw new Error(`checkov could not read ${stackFolder}: ${stderr}`);
    return {
      failed: results.failed_checks.map(({ check_id: id, resource, check_name: wants }) => ({ id, resource, wants })),
      passed: summary.passed,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
