import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** True if the process that wrote the lock file has ended without removing it. */
function stale(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    return owner > 0 && !alive(owner);
  } catch {
    return false; // removed in the meantime
  }
}

/** Runs `work` while no other process runs work under the same lock file. Waits for its turn. */
export function withLock<T>(file: string, work: () => T): T {
  mkdirSync(dirname(file), { recursive: true });
  while (!take(file)) {
    if (stale(file)) rmSync(file, { force: true });
    else pause(200);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}
