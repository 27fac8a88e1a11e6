import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "..", "..");
const PEERS = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).peerDependencies);
// A user's compiler knows Node's types too
const TYPES = ["@types/node", "undici-types"];

/** Runs a command and gives its output; throws with all of it if the command fails. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8" as const, maxBuffer: 64 * 1024 * 1024 };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${error?.message ?? ""}\n${stdout}\n${stderr}`);
}

/** A program of one of our dev dependencies. */
export const tool = (path: string) => join(ROOT, "node_modules", path);

/** The package as a user gets it, installed in a project of its own outside the tree. */
export class Published {
  public readonly project = mkdtempSync(join(tmpdir(), "published-"));
  public readonly folder = join(this.project, "node_modules", "cdktf-pytorch-vision");
  /** Paths in the tarball. */
  public readonly files: readonly string[];

  public constructor() {
    run("npm", ["run", "build"], ROOT);
    const packed = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", this.project], ROOT);
    const [tarball] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    this.files = tarball.files.map(({ path }) => path);
    run("tar", ["-xzf", tarball.filename], this.project);
    mkdirSync(dirname(this.folder), { recursive: true });
    renameSync(join(this.project, "package"), this.folder);
    for (const name of [...PEERS, ...TYPES]) {
      const link = join(this.project, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(tool(name), link);
    }
    cpSync(join(ROOT, "examples"), join(this.project, "examples"), { recursive: true });
    // Where jsii-rosetta looks for what surrounds a snippet
    cpSync(join(ROOT, "rosetta"), join(this.folder, "rosetta"), { recursive: true });
  }

  public remove(): void {
    rmSync(this.project, { recursive: true, force: true });
  }
}
