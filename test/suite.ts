/* eslint-disable jest/valid-title, jest/valid-describe-callback -- declares the suites of other files */
import { spawnSync } from "node:child_process";

/** A program that a suite needs from the machine, and what to do where it is missing. */
interface Tool {
  readonly command: string;
  readonly advice: string;
}

export const TERRAFORM: Tool = { command: "terraform", advice: "install Terraform 1.11 or newer" };
export const PYTHON: Tool = { command: "python3", advice: "install Python 3.11 or newer" };

const missing = ({ command }: Tool) => spawnSync(command, ["-version"]).error !== undefined;

/**
 * `describe` for tests that need programs of the machine.
 *
 * Where one is missing the suite is skipped and the closing table says why; with CI=true that is a failure, because a
 * machine that proves less than it should must not look green.
 */
export function suite(name: string, tools: readonly Tool[], body: () => void): void {
  const why = tools.filter(missing).map(({ command, advice }) => `${command} is not on PATH, ${advice}`);
  if (why.length === 0) {
    describe(name, body);
    return;
  }
  const title = `not run: ${why.join("; ")}`;
  const declare = process.env.CI === "true" ? it : it.skip;
  describe(name, () => {
    declare(title, () => {
      throw new Error(title);
    });
  });
}

/** One line of progress for steps that take longer than a person likes to wait in silence. */
export function say(line: string): void {
  process.stderr.write(`    ${line}\n`);
}
