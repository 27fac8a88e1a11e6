import { TerraformStack, Testing } from "cdktf";
import { VisionApp } from "../../stacks/app";

const CONTEXT = {
  name: "flowers",
  alertEmails: "ml@example.com",
  monthlyUsd: 300,
  awsRegion: "us-east-1",
  awsAccountId: "123456789012",
  gcpRegion: "us-central1",
  gcpProject: "example-project",
  gcpProjectNumber: "123456789012",
  gcpBillingAccount: "012345-6789AB-CDEF01",
};

export interface Stack {
  readonly text: string;
  readonly terraform: { readonly [name: string]: unknown };
  readonly provider: { readonly [name: string]: unknown };
  readonly resource: { readonly [type: string]: object };
  readonly output: { readonly [name: string]: object };
}

export const app = (context: object = {}, variables: NodeJS.ProcessEnv = {}): VisionApp =>
  new VisionApp({ context: { ...CONTEXT, ...context } }, variables);

/** A stack of a new app, as Terraform gets it. */
export function stack(id: string, context: object = {}, variables: NodeJS.ProcessEnv = {}): Stack {
  const text = Testing.synth(app(context, variables).node.findChild(id) as TerraformStack, true);
  return { text, ...JSON.parse(text) };
}

export const countsOf = ({ resource }: Stack): { [type: string]: number } =>
  Object.fromEntries(Object.entries(resource).map(([type, all]) => [type, Object.keys(all).length]));

/** The keys of an environment's outputs, as the stack spells them. */
export const snakeCase = (keys: string[]): string[] =>
  keys.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).sort();
