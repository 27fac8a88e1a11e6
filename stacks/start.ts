import { relative } from "node:path";
import { VisionApp } from "./app";
import { EXAMPLE_ACCOUNT, variableOf } from "./config";
import { describeStack, warningsOf, wrap } from "./report";

// `npm start`: synthesizes everything and says what it is and what to type next. Needs no account and no Terraform.
const started = Date.now();
const app = new VisionApp();
app.synth();
const seconds = ((Date.now() - started) / 1000).toFixed(1);

const { aws, config } = app;
const account = variableOf("awsAccountId");
const steps = [
  ...(config.awsAccountId === EXAMPLE_ACCOUNT
    ? [[`export ${account}=$(aws sts get-caller-identity --query Account --output text)`, "name your account"]]
    : []),
  ["npx cdktf deploy aws-state", "once: make the bucket for Terraform's state"],
  ["npx cdktf deploy aws", "make everything else"],
  ["npx cdktf output aws", "see addresses, and commands to log in, train and predict"],
];

const lines = [
  ...describeStack(aws, relative(process.cwd(), app.outdir)),
  "",
  "Before the first deploy",
  ...warningsOf(aws.environment).flatMap((warning) => wrap("  - ", warning)),
  "",
  "Next",
  ...steps.flatMap(([command, why], i) => [`  ${i + 1}. ${why}`, `     ${command}`]),
  "",
  `Synthesized in ${seconds} s. What the environment is: stacks/spec.ts; its name, region and account: cdktf.json.`,
];
process.stdout.write(`${lines.join("\n")}\n`);
