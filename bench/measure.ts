import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

export const ROUNDS = 11;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Milliseconds that `work` takes, after the garbage of earlier rounds is gone. */
export function timed(work: () => void): number {
  globalThis.gc?.();
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Milliseconds from the start to the end of a program. */
export function timedCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: "utf8" });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return took;
}
