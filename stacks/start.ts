import { relative } from "node:path";
import { VisionApp } from "./app";
import { EXAMPLE_ACCOUNT, EXAMPLE_PROJECT, variableOf } from "./config";
import { compareStacks, warningsOf, wrap } from "./report";

// `npm start`: synthesizes everything and says what it is and what to type next. Needs no account and no Terraform.
const started = Date.now();
const app = new VisionApp();
app.synth();
const seconds = ((Date.now() - started) / 1000).toFixed(1);

const { config } = app;
const stacks = [app.aws, app.gcp].filter((stack) => stack !== undefined);
const example = (cloud: string): string[] => {
  if (cloud === "aws" && config.aws?.accountId === EXAMPLE_ACCOUNT) {
    return [`export ${variableOf("awsAccountId")}=$(aws sts get-caller-identity --query Account --output text)`];
  }
  if (cloud === "gcp" && config.gcp?.project === EXAMPLE_PROJECT) {
    const project = "$(gcloud config get project)";
    const billing = `gcloud billing projects describe ${project} --format='value(billingAccountName.basename())'`;
    return [
      `export ${variableOf("gcpProject")}=${project}`,
      `export ${variableOf("gcpProjectNumber")}=$(gcloud projects describe ${project} --format='value(projectNumber)')`,
      `export ${variableOf("gcpBillingAccount")}=$(${billing})`,
    ];
  }
  return [];
};

const lines = [
  ...compareStacks(stacks, relative(process.cwd(), app.outdir)),
  "",
  "Before the first deploy",
  ...stacks.flatMap(({ node, environment }) => [
    `  ${node.id}`,
    ...warningsOf(environment).flatMap((warning) => wrap("  - ", warning)),
  ]),
  "",
  "Next, for the cloud that you were given",
  ...stacks.flatMap(({ node: { id } }) => [
    `  ${id}`,
    ...example(id).map((line) => `    ${line}`),
    `    npx cdktf deploy ${id}-state  # once: the bucket for Terraform's state`,
    `    npx cdktf deploy ${id}        # everything else`,
    `    npx cdktf output ${id}        # addresses, and commands to log in, train and predict`,
  ]),
  "",
  `Synthesized in ${seconds} s. What the environment is: stacks/spec.ts; its name and places: cdktf.json.`,
];
process.stdout.write(`${lines.join("\n")}\n`);
