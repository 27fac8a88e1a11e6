import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TerraformStack } from "cdktf";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Blocks = { readonly [type: string]: { readonly [id: string]: { readonly [key: string]: Json } } };

interface Stack {
  readonly resource: Blocks;
  readonly data: Blocks;
}

interface Element {
  /** `aws_vpc.x` or `data.aws_x.y`, as references write it. */
  readonly address: string;
  readonly module: string;
  readonly className: string;
  readonly id: string;
  readonly config: { readonly [key: string]: Json };
}

/**
 * Writes a program that makes the same resources by plain L1 calls, as a person would: in order of dependence, references
 * by property, nothing checked and nothing derived. What a construct costs is what it takes longer than this.
 */
export function writePlainProgram(stack: Stack, file: string): void {
  const elements = inOrder([...elementsOf(stack.data, "data."), ...elementsOf(stack.resource, "")]);
  const names = new Map(elements.map(({ address }, i) => [address, `v${i}`]));
  const modules = [...new Set(elements.map(({ module }) => module))];
  const lines = [
    ...modules.map((module, i) => `const m${i} = require(${JSON.stringify(module)});`),
    "exports.addTo = (stack) => {",
    ...elements.map(({ module, className, id, config }, i) => {
      const own = Object.entries(config).filter(([key]) => key !== "//");
      const body = own.map(([key, value]) => `${camelCase(key)}: ${source(value, key, names)}`).join(", ");
      return `  const v${i} = new m${modules.indexOf(module)}.${className}(stack, ${JSON.stringify(id)}, {${body}});`;
    }),
    "};",
    "",
  ];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join("\n"));
}

/** The program that was written. */
export function loadPlainProgram(file: string): (stack: TerraformStack) => void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- made a moment ago
  return (require(file) as { addTo: (stack: TerraformStack) => void }).addTo;
}

function elementsOf(blocks: Blocks, prefix: string): Element[] {
  return Object.entries(blocks).flatMap(([type, byId]) => {
    const folder = `${prefix.replace(".", "-")}${type.replace(/^aws_/, prefix ? "aws_" : "")}`.replace(/_/g, "-");
    const module = `@cdktf/provider-aws/lib/${folder}`;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- which class it is, the module says
    const exported = Object.entries(require(module) as { [name: string]: { tfResourceType?: string } });
    const className = exported.find(([, value]) => value.tfResourceType === type)?.[0] ?? "";
    return Object.entries(byId).map(([id, config]) => ({
      address: `${prefix}${type}.${id}`,
      module,
      className,
      id,
      config,
    }));
  });
}

function inOrder(elements: Element[]): Element[] {
  const ordered = new Set<Element>();
  const visit = (element: Element): void => {
    if (ordered.has(element)) return;
    const text = JSON.stringify(element.config);
    elements.filter((other) => other !== element && mentions(text, other.address)).forEach(visit);
    ordered.add(element);
  };
  elements.forEach(visit);
  return [...ordered];
}

function mentions(text: string, address: string): boolean {
  return text.includes(`${address}.`) || text.includes(`"${address}"`);
}

// Their keys are the user's own, not arguments.
const MAPS = ["tags", "variables", "dimensions"];

function source(value: Json, key: string, names: Map<string, string>): string {
  if (key === "depends_on") return `[${(value as string[]).map((address) => names.get(address)).join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map((item) => source(item, "", names)).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const spell = MAPS.includes(key) ? (name: string) => JSON.stringify(name) : camelCase;
    const body = Object.entries(value).map(([name, inner]) => `${spell(name)}: ${source(inner, name, names)}`);
    return `{${body.join(", ")}}`;
  }
  return typeof value === "string" ? template(value, names) : JSON.stringify(value);
}

/** `"${aws_vpc.x.id}"` becomes the property `id` of the variable of that VPC, alone or inside a text. */
function template(text: string, names: Map<string, string>): string {
  const reference = /\$\{((?:data\.)?aws_\w+\.[\w-]+)\.(\w+)\}/g;
  const whole = new RegExp(`^${reference.source}$`).exec(text);
  if (whole && names.has(whole[1])) return `${names.get(whole[1])}.${camelCase(whole[2])}`;
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(reference)) {
    parts.push(JSON.stringify(text.slice(end, match.index)), `${names.get(match[1])}.${camelCase(match[2])}`);
    end = match.index + match[0].length;
  }
  return [...parts, JSON.stringify(text.slice(end))].join(" + ");
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
