import { TerraformStack, TerraformVariable, Testing } from "cdktf";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A variable of the stack by its name. */
export type Variables = (name: string) => TerraformVariable;

/** A stack of which Terraform knows a part only later, as it reads it. */
export class WrittenStack {
  public readonly text: string;
  private readonly resources: { [type: string]: { [id: string]: { [argument: string]: Json } } };

  public constructor(add: (stack: TerraformStack, variable: Variables) => void) {
    const stack = new TerraformStack(Testing.app(), "test");
    add(stack, (name) => new TerraformVariable(stack, name, {}));
    this.text = Testing.synth(stack, true);
    this.resources = JSON.parse(this.text).resource;
  }

  /** An argument of every resource of a type, by its path: `compute_resources.max_vcpus`. */
  public every(type: string, path: string): Json[] {
    const step = (value: Json | undefined, key: string): Json | undefined =>
      typeof value === "object" && value !== null ? (value as { [name: string]: Json })[key] : undefined;
    return Object.values(this.resources[type] ?? {})
      .map((resource) => path.split(".").reduce<Json | undefined>(step, resource))
      .filter((value) => value !== undefined);
  }
}

/** Text that is JSON for Terraform: every reference stands for a text, or for a number where there are no quotes. */
export function readJson(written: Json): Json {
  return JSON.parse(String(written).replace(/(?<=":)(\$\{[^"}]*\})(?=[,\]}])/g, '"$1"'));
}
