import { TerraformStack } from "cdktf";
import { Capability, EnvironmentProps, IEnvironment, SupportLevel } from "../lib/core";

/** What a user asks of any cloud, less the name. */
export type Asked = Partial<Omit<EnvironmentProps, "name">>;

/** How an accelerator is answered: by the machine that has it, or by a sentence. */
export interface Answers {
  readonly training: string;
  readonly inference: string;
}

/** How one sees that a cloud keeps a promise, or says that it does not. */
export interface Proof {
  readonly level: SupportLevel;
  /** What to ask for to see it. */
  readonly asked?: Asked;
  /** A resource of this type is made that has these arguments, among others. */
  readonly resource?: readonly [type: string, having: object];
  /** The cloud's own stack has this in it, among others. */
  readonly stack?: object;
  /** The sentence with which it is refused. */
  readonly refused?: string;
  /** The sentence with which it is warned about. */
  readonly warned?: string;
}

/** One row of the table of clouds: all that the contract has to know of one. */
export interface Cloud {
  /** Name of the folder in `lib`, and what `outputs.cloud` says. */
  readonly name: string;
  /** What the folder exports. */
  readonly module: { readonly [name: string]: unknown };
  /** Adds an environment of this name with nothing but what the cloud requires, and what is asked for. */
  readonly add: (stack: TerraformStack, name: string, asked: Asked) => IEnvironment;
  /** Synthesizes the cloud's own stack from the stacks folder. */
  readonly ownStack: () => string;
  /** By member of `Accelerator`. */
  readonly accelerators: { readonly [member: string]: Answers };
  readonly capabilities: { readonly [capability in Capability]: Proof };
  /** Arguments that name a resource in its account, where no two may be the same. */
  readonly nameArguments: readonly string[];
  /** Types whose names are counted within another resource. */
  readonly namedWithin: readonly string[];
}
