import { AnnotationMetadataEntryType, TerraformResource, TerraformStack } from "cdktf";
import { IConstruct } from "constructs";
import { IEnvironment, Machine, SupportLevel } from "cdktf-pytorch-vision/core";

/** A stack with an environment in it. */
export interface EnvironmentStack extends TerraformStack {
  readonly environment: IEnvironment;
}

/** What a stack is, in lines for a person: what it runs on, what it consists of, and what it cannot do. */
export function describeStack(stack: EnvironmentStack, outdir: string): string[] {
  const { environment } = stack;
  const { outputs, capabilities } = environment;
  const parts = countByPart(environment);
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const absent = capabilities.filter(({ level }) => level === SupportLevel.ABSENT);
  const rows: [string, string][] = [
    ["cloud", `${outputs.cloud}, ${outputs.region}`],
    ["training", `${describeMachine(environment.trainingMachine)}; none at rest`],
    ["inference", describeMachine(environment.inferenceMachine)],
    ["resources", `${total}: ${parts.map(([part, count]) => `${part} ${count}`).join(", ")}`],
    ...absent.map(({ capability, how }, i): [string, string] => [i === 0 ? "absent" : "", `${capability}: ${how}`]),
    ["Terraform", `${outdir}/stacks/${stack.node.id}/cdk.tf.json`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [environment.name, ...rows.flatMap(([label, text]) => wrap(`  ${label.padEnd(width)}  `, text))];
}

/** Warnings of everything below a construct, in the order in which they were given. */
export function warningsOf(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}

/** Breaks a text into lines of at most 110 characters, each further one below the start of the first. */
export function wrap(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(" ")) {
    if (line.length + word.length > 110 && line.trim() !== "" && line.length > label.length) {
      lines.push(line.trimEnd());
      line = " ".repeat(label.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

function describeMachine(machine: Machine): string {
  const { type, vcpus, memoryGib, accelerator, acceleratorCount, acceleratorMemoryGib } = machine;
  const size = `${type}, ${vcpus} vCPU, ${Math.round(memoryGib * 10) / 10} GiB`;
  return accelerator === undefined
    ? size
    : `${size}, ${acceleratorCount} × ${accelerator} with ${acceleratorMemoryGib} GiB`;
}

function countByPart(environment: IEnvironment): [string, number][] {
  return environment.node.children
    .map((part): [string, number] => [
      part.node.id,
      part.node.findAll().filter(TerraformResource.isTerraformResource).length,
    ])
    .filter(([, count]) => count > 0);
}
