import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { cacheFolder } from "./cache";
import { withLock } from "./lock";

export interface PythonEnv {
  /** The interpreter that has the requirements. */
  readonly python: string;
  /** The path of a command that a requirement installed. */
  bin(name: string): string;
}

/** `Python 3.11.7`, or undefined where there is no python3. */
export function pythonVersion(): string | undefined {
  const asked = spawnSync("python3", ["--version"], { encoding: "utf8" });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function install(folder: string, requirementsFile: string): void {
  process.stderr.write(`Installing ${relative(process.cwd(), requirementsFile)} into ${folder} (once)\n`);
  rmSync(folder, { recursive: true, force: true });
  const run = (command: string, args: string[]) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error ?? ""}\n${stdout}\n${stderr}`);
  };
  run("python3", ["-m", "venv", folder]);
  // Hashes: what is installed tomorrow is what was tested today
  run(join(folder, "bin", "python"), ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirementsFile]);
}

/**
 * A Python virtual environment with exactly the requirements of a file, made on first use and kept in the user's cache.
 *
 * Another file or another Python gets another folder, so nothing is ever upgraded in place.
 */
export function pythonEnv(requirementsFile: string): PythonEnv {
  const version = pythonVersion();
  if (version === undefined) throw new Error("python3 must be on PATH; install Python 3.11 or newer");
  const location = execFileSync("python3", ["-c", "import sys; print(sys.base_prefix)"], { encoding: "utf8" });
  const key = createHash("sha256")
    .update(readFileSync(requirementsFile))
    .update(version)
    .update(location)
    .digest("hex");
  const folder = cacheFolder(`python-${key.slice(0, 16)}`);
  // Written last: a folder without it was interrupted half way
  const complete = join(folder, "complete");
  if (!existsSync(complete)) {
    withLock(`${folder}.lock`, () => {
      if (existsSync(complete)) return;
      install(folder, requirementsFile);
      writeFileSync(complete, `${version}\n`);
    });
  }
  return { python: join(folder, "bin", "python"), bin: (name) => join(folder, "bin", name) };
}
