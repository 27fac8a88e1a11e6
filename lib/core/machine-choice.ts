import { Token } from "cdktf";
import { Accelerator } from "./accelerator";
import { machineTypeContradicts, machineWithoutGpu, noSuchMachine, noSuchMachineType } from "./errors";
import { Machine } from "./machine";
import { checkKnown, checkUnset } from "./validation";

/** What a user asked of a machine. */
export interface MachineRequest {
  /** The part that asks, as the prefix of its props in messages. */
  readonly part: "training" | "inference";
  readonly cloud: string;
  /** Unset: whatever `machineType` has. */
  readonly accelerator?: Accelerator;
  readonly acceleratorCount?: number;
  readonly machineType?: string;
  /** Whether a machine without a GPU will not do. */
  readonly gpuOnly?: boolean;
  /** What to say when the cloud cannot do it at all, ending in a semicolon. */
  readonly hint?: string;
}

/**
 * The one picking rule: the machine that was named; else the cheapest that has exactly the accelerators asked for.
 *
 * A row without a price is never "the cheapest": only a name, of it or of its accelerator, picks it.
 */
export function chooseMachine<M extends Machine>(machines: readonly M[], request: MachineRequest): M {
  if (request.machineType !== undefined) return namedMachine(machines, request, request.machineType);

  const accelerator = request.accelerator ?? Accelerator.NONE;
  const given = request.acceleratorCount;
  if (accelerator.kind === "none") {
    checkUnset(countProp(request), given, "with Accelerator.NONE", "remove it or ask for an accelerator");
  }
  checkKnown(countProp(request), given, "it picks the machine; name that with machineType");
  const count = accelerator.kind === "none" ? 0 : (given ?? 1);
  const fitting = machines.filter((machine) => fits(machine, accelerator) && machine.acceleratorCount === count);
  const priced = fitting.filter((machine) => machine.usdPerHour !== undefined).sort(byPrice);
  const chosen = priced[0] ?? (accelerator.minMemoryGib === undefined ? fitting[0] : undefined);
  if (chosen) return chosen;

  const asked = accelerator.kind === "none" ? accelerator.name : `${accelerator.name} × ${count}`;
  const unpriced = [...new Set(fitting.map((machine) => machine.accelerator))].join(", ");
  const hint = unpriced ? `ask for ${unpriced} by name, it has no known price to compare;` : request.hint;
  throw noSuchMachine(
    `${request.part}.accelerator`,
    request.cloud,
    asked,
    offers(machines),
    hint === undefined ? "" : `${hint} `,
  );
}

/** What the number of accelerators is called where the user wrote it. */
function countProp({ part }: MachineRequest): string {
  return `${part}.${part === "training" ? "acceleratorsPerNode" : "acceleratorsPerReplica"}`;
}

function namedMachine<M extends Machine>(machines: readonly M[], request: MachineRequest, type: string): M {
  const prop = `${request.part}.machineType`;
  checkKnown(prop, type, "the size of containers and quotas hang on it");
  const machine = machines.find((row) => row.type === type);
  if (!machine)
    throw noSuchMachineType(
      prop,
      request.cloud,
      type,
      machines.map((row) => row.type),
    );
  const has = machine.accelerator ? `${machine.accelerator} × ${machine.acceleratorCount}` : Accelerator.NONE.name;
  if (request.accelerator && !fits(machine, request.accelerator)) {
    throw machineTypeContradicts(prop, type, has, request.accelerator.name);
  }
  const count = request.acceleratorCount;
  if (count !== undefined && !Token.isUnresolved(count) && machine.acceleratorCount !== count) {
    throw machineTypeContradicts(prop, type, has, `${countProp(request)} ${count}`);
  }
  if (request.gpuOnly && machine.acceleratorCount === 0) throw machineWithoutGpu(prop, type);
  return machine;
}

function fits(machine: Machine, accelerator: Accelerator): boolean {
  if (accelerator.kind === "none") return machine.acceleratorCount === 0;
  if (accelerator.minMemoryGib === undefined) return machine.accelerator === accelerator.name;
  return (
    machine.accelerator !== undefined &&
    !machine.accelerator.startsWith("TPU_") &&
    machine.acceleratorMemoryGib >= accelerator.minMemoryGib
  );
}

function byPrice(a: Machine, b: Machine): number {
  return (a.usdPerHour ?? Infinity) - (b.usdPerHour ?? Infinity);
}

/** `T4 (16 GiB) × 1, 4, 8`: every accelerator once, with the counts in which it is sold. */
function offers(machines: readonly Machine[]): string[] {
  const counts = new Map<string, Set<number>>();
  for (const machine of machines) {
    if (!machine.accelerator) continue;
    const name = `${machine.accelerator} (${machine.acceleratorMemoryGib} GiB)`;
    counts.set(name, (counts.get(name) ?? new Set()).add(machine.acceleratorCount));
  }
  return [...counts].map(([name, sold]) => `${name} × ${[...sold].sort((a, b) => a - b).join(", ")}`);
}
