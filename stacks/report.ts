import { AnnotationMetadataEntryType, TerraformResource, TerraformStack } from "cdktf";
import { IConstruct } from "constructs";
import { IEnvironment, Machine, SupportLevel } from "cdktf-pytorch-vision/core";

/** A stack with an environment in it. */
export interface EnvironmentStack extends TerraformStack {
  readonly environment: IEnvironment;
}

/** Width of a whole line, and of the gap between two columns. */
const LINE = 118;
const GAP = "  ";

/** What stacks are, side by side for a person: what each runs on, what it consists of, and what it cannot do. */
export function compareStacks(stacks: readonly EnvironmentStack[], outdir: string): string[] {
  const columns = stacks.map((stack) => factsOf(stack, outdir));
  const labels = [...columns[0].keys()];
  const margin = Math.max(...labels.map((label) => label.length));
  const width = Math.floor((LINE - margin) / columns.length) - GAP.length;
  const row = (label: string): string[] => {
    const cells = columns.map((facts) => (facts.get(label) ?? []).flatMap((text) => wrap("", text, width)));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, i) => {
      const line = cells.map((lines) => (lines[i] ?? "").padEnd(width));
      return [(i === 0 ? label : "").padEnd(margin), ...line].join(GAP).trimEnd();
    });
  };
  return labels.flatMap(row);
}

/** Warnings of everything below a construct, in the order in which they were given. */
export function warningsOf(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}

/** Breaks a text into lines of at most `width` characters, each further one below the start of the first. */
export function wrap(label: string, text: string, width = LINE): string[] {
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(" ")) {
    if (line.length + word.length > width && line.trim() !== "" && line.length > label.length) {
      lines.push(line.trimEnd());
      line = " ".repeat(label.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

function factsOf(stack: EnvironmentStack, outdir: string): Map<string, string[]> {
  const { outputs, capabilities, trainingMachine, inferenceMachine, name } = stack.environment;
  const parts = countByPart(stack.environment);
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const absent = capabilities.filter(({ level }) => level === SupportLevel.ABSENT);
  return new Map([
    [name, [`${outputs.cloud}, ${outputs.region}`]],
    ["training", [`${describeMachine(trainingMachine)}; none at rest`]],
    ["inference", [describeMachine(inferenceMachine)]],
    ["resources", [`${total}: ${parts.map(([part, count]) => `${part} ${count}`).join(", ")}`]],
    ["absent", absent.length === 0 ? ["nothing"] : absent.map(({ capability, how }) => `${capability}: ${how}`)],
    ["Terraform", [`${outdir}/stacks/${stack.node.id}/cdk.tf.json`]],
  ]);
}

function describeMachine(machine: Machine): string {
  const { type, vcpus, memoryGib, accelerator, acceleratorCount, acceleratorMemoryGib } = machine;
  const size = `${type}, ${vcpus} vCPU, ${Math.round(memoryGib * 10) / 10} GiB`;
  return accelerator === undefined
    ? size
    : `${size}, ${acceleratorCount} × ${accelerator} with ${acceleratorMemoryGib} GiB`;
}

function countByPart(environment: IEnvironment): [string, number][] {
  const count = (part: IConstruct) => part.node.findAll().filter(TerraformResource.isTerraformResource).length;
  return environment.node.children
    .map((part): [string, number] => [part.node.id, count(part)])
    .filter(([, resources]) => resources > 0);
}
