import { Machine } from "../core/machine";

/** A container's variables in the order and shape that Batch and ECS want them. */
export function environmentOf(variables: { [name: string]: string }): { name: string; value: string }[] {
  return Object.keys(variables)
    .sort()
    .map((name) => ({ name, value: variables[name] }));
}

/**
 * Memory in MiB that a container can ask for on a machine of its own.
 *
 * A host registers with less than it has: the kernel keeps a part, the ECS agent another.
 */
export function containerMemoryMib(machine: Machine): number {
  return Math.floor(Math.min(machine.memoryGib * 921.6, machine.memoryGib * 1024 - 640));
}

export function awslogs(group: string, region: string, prefix: string) {
  return {
    logDriver: "awslogs",
    options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix },
  };
}
