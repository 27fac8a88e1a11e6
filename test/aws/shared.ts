import { Synthesized, synthesize } from "./synthesized";
import { VARIANTS } from "./variants";

const synthesized = new Map<string, Synthesized>();

/** A variant by its name, synthesized once for all tests of a file. */
export function variant(name: string): Synthesized {
  const before = synthesized.get(name);
  if (before) return before;
  const chosen = VARIANTS.find((one) => one.name === name);
  if (!chosen) throw new Error(`no variant is called "${name}"`);
  const now = synthesize((stack) => chosen.add(stack));
  synthesized.set(name, now);
  return now;
}
