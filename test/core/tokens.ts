import { TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";

/** Values that only Terraform knows, and what becomes of them. */
export class Later {
  public readonly stack = new TerraformStack(Testing.app(), "test");

  public number(name: string): number {
    return this.variable(name).numberValue;
  }

  public text(name: string): string {
    return this.variable(name).stringValue;
  }

  public list(name: string): string[] {
    return this.variable(name).listValue;
  }

  /** A variable as it is, for maps. */
  public variable(name: string): TerraformVariable {
    return new TerraformVariable(this.stack, name, {});
  }

  /** The text that Terraform gets for a value. */
  public written(value: unknown): unknown {
    new TerraformOutput(this.stack, "written", { value });
    return JSON.parse(Testing.synth(this.stack)).output.written.value;
  }
}

/** A number that only Terraform knows, for checks that must let it pass. */
export const LATER_NUMBER = new Later().number("number");
/** A text that only Terraform knows. */
export const LATER_TEXT = new Later().text("text");
/** A list that only Terraform knows. */
export const LATER_LIST = new Later().list("list");
