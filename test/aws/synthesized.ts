import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";

export type Value = string | number | boolean | null | Value[] | Arguments;

/** Arguments of a resource as Terraform sees them. JSON inside of text is read, so that a test can compare what it says. */
export interface Arguments {
  readonly [name: string]: Value;
}

interface Blocks {
  readonly [type: string]: { readonly [id: string]: Arguments };
}

/** What a stack synthesizes to. Ids are without the hash at their end: `environment_network_s3`. */
export class Synthesized {
  public readonly resources: Blocks;
  public readonly data: Blocks;
  public readonly outputs: { readonly [name: string]: { readonly value: Value } };

  public constructor(public readonly text: string) {
    const json = JSON.parse(text.replace(/_[0-9A-F]{8}(?=["'.\\])/g, ""), (_, value) => decoded(value));
    this.resources = json.resource ?? {};
    this.data = json.data ?? {};
    this.outputs = json.output ?? {};
  }

  /** Number of resources of each type. */
  public types(): { [type: string]: number } {
    return Object.fromEntries(Object.entries(this.resources).map(([type, all]) => [type, Object.keys(all).length]));
  }

  /** Every resource of a type, by id. */
  public all(type: string): { [id: string]: Arguments } {
    return this.resources[type] ?? {};
  }

  /** The arguments of every resource of a type, in the order of their ids. */
  public list(type: string): Arguments[] {
    return Object.values(this.all(type));
  }

  /** The resource of a type of which there must be exactly one. */
  public only(type: string): Arguments {
    const [first, ...others] = this.list(type);
    if (first === undefined || others.length > 0)
      throw new Error(`${others.length + Number(!!first)} × ${type}, not 1`);
    return first;
  }

  /** The one resource of a type with this id. */
  public one(type: string, id: string): Arguments {
    const found = this.all(type)[id];
    if (found === undefined) throw new Error(`no ${type}.${id}, only ${Object.keys(this.all(type)).join(", ")}`);
    return found;
  }

  /** One argument of every resource of a type, by id. */
  public each(type: string, argument: string): { [id: string]: Value | undefined } {
    return Object.fromEntries(Object.entries(this.all(type)).map(([id, given]) => [id, given[argument]]));
  }
}

/** Synthesizes what `add` puts into an empty stack, with all validations. */
export function synthesize(add: (stack: TerraformStack) => void): Synthesized {
  const stack = new TerraformStack(Testing.app(), "test");
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  add(stack);
  return new Synthesized(Testing.synth(stack, true));
}

function decoded(value: Value): Value {
  if (typeof value !== "string" || !/^(\{"|\[\{")/.test(value)) return value;
  return JSON.parse(value);
}

/** Everything below a value as `path: value`, `disk[0].size` and the like. */
export function leaves(value: Value, path = ""): [path: string, value: string | number | boolean | null][] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (value === null || typeof value !== "object") return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}
