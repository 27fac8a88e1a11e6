import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import * as aws from "../../../lib/aws";
import { Asked } from "./refused";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An environment of which Terraform knows a part, as it reads it. */
export class Written {
  public readonly text: string;
  private readonly resources: { [type: string]: { [id: string]: { [argument: string]: Json } } };

  public constructor(asked: (variable: (name: string) => TerraformVariable) => Asked) {
    const stack = new TerraformStack(Testing.app(), "test");
    const variable = (name: string): TerraformVariable => new TerraformVariable(stack, name, {});
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    new aws.Environment(stack, "environment", { name: "flowers", region: "us-east-1", ...asked(variable) });
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
