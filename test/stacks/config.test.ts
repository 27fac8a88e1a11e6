import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VisionApp } from "../../stacks/app";
import { Config, variableOf } from "../../stacks/config";
import { refusal } from "../refusal";
import { app, stack } from "./synthesized";

const ids = (context: object = {}): string[] => app(context).node.children.map(({ node }) => node.id);

describe("the stacks", () => {
  test("are two for each cloud", () => {
    expect(ids()).toEqual(["aws-state", "aws", "gcp-state", "gcp"]);
  });

  test("are none on a cloud of which nothing is set", () => {
    expect(ids({ awsRegion: "", awsAccountId: undefined })).toEqual(["gcp-state", "gcp"]);
    const gcp = { gcpRegion: "", gcpProject: "", gcpProjectNumber: "", gcpBillingAccount: "" };
    expect(ids(gcp)).toEqual(["aws-state", "aws"]);
  });

  test.each(["aws-state", "aws", "gcp-state", "gcp"])("are the same in every synth: %s", (id) => {
    expect(stack(id).text).toBe(stack(id).text);
  });

  test("can be synthesized from cdktf.json as it is", () => {
    const { context } = JSON.parse(readFileSync(join(__dirname, "..", "..", "cdktf.json"), "utf8"));
    expect(new VisionApp({}, {}).config).toEqual({
      name: context.name,
      imageTag: undefined,
      alertEmails: [],
      monthlyUsd: context.monthlyUsd,
      aws: { region: context.awsRegion, accountId: context.awsAccountId },
      gcp: {
        region: context.gcpRegion,
        project: context.gcpProject,
        projectNumber: context.gcpProjectNumber,
        billingAccount: context.gcpBillingAccount,
      },
    });
  });
});

describe("the configuration of the stacks", () => {
  test.each([
    { key: "name", variable: "PYTORCH_VISION_NAME", value: "birds", at: ({ name }: Config) => name },
    { key: "imageTag", variable: "PYTORCH_VISION_IMAGE_TAG", value: "v7", at: ({ imageTag }: Config) => imageTag },
    {
      key: "awsRegion",
      variable: "PYTORCH_VISION_AWS_REGION",
      value: "eu-west-1",
      at: ({ aws }: Config) => aws?.region,
    },
    {
      key: "awsAccountId",
      variable: "PYTORCH_VISION_AWS_ACCOUNT_ID",
      value: "210987654321",
      at: ({ aws }: Config) => aws?.accountId,
    },
    {
      key: "gcpRegion",
      variable: "PYTORCH_VISION_GCP_REGION",
      value: "us-east4",
      at: ({ gcp }: Config) => gcp?.region,
    },
    {
      key: "gcpProject",
      variable: "PYTORCH_VISION_GCP_PROJECT",
      value: "our-project",
      at: ({ gcp }: Config) => gcp?.project,
    },
    {
      key: "gcpProjectNumber",
      variable: "PYTORCH_VISION_GCP_PROJECT_NUMBER",
      value: "987654321",
      at: ({ gcp }: Config) => gcp?.projectNumber,
    },
    {
      key: "gcpBillingAccount",
      variable: "PYTORCH_VISION_GCP_BILLING_ACCOUNT",
      value: "AAAAAA-BBBBBB-CCCCCC",
      at: ({ gcp }: Config) => gcp?.billingAccount,
    },
  ])("takes $variable before the context $key, and nothing for unset", ({ key, variable, value, at }) => {
    expect(variableOf(key)).toBe(variable);
    const read = (context: object, variables: NodeJS.ProcessEnv) => at(app(context, variables).config);
    expect([read({}, { [variable]: value }), read({ [key]: value }, {})]).toEqual([value, value]);
    expect(read({ [key]: value }, { [variable]: "" })).toBe(value);
  });

  test.each([
    { given: undefined, emails: [] },
    { given: "", emails: [] },
    { given: "ml@example.com", emails: ["ml@example.com"] },
    { given: "ml@example.com, ops@example.com,", emails: ["ml@example.com", "ops@example.com"] },
  ])("reads addresses with commas between: $given", ({ given, emails }) => {
    expect(app({ alertEmails: given }).config.alertEmails).toEqual(emails);
    expect(
      app({ alertEmails: "other@example.com" }, { PYTORCH_VISION_ALERT_EMAILS: given }).config.alertEmails,
    ).toEqual(emails.length === 0 ? ["other@example.com"] : emails);
  });

  test.each([
    { given: 300, budget: 300 },
    { given: "12", budget: 12 },
    { given: undefined, budget: undefined },
    { given: "", budget: undefined },
  ])("reads a budget of $given", ({ given, budget }) => {
    expect(app({ monthlyUsd: given }).config.monthlyUsd).toBe(budget);
  });

  test("reaches the environment", () => {
    const { text, resource } = stack("aws", { monthlyUsd: "", alertEmails: "" }, { PYTORCH_VISION_IMAGE_TAG: "v7" });
    expect(text).toContain(":v7-cpu");
    expect(resource).not.toHaveProperty("aws_budgets_budget");
    expect(resource).not.toHaveProperty("aws_sns_topic_subscription");
  });

  const fix = (key: string, variable: string, example: string): string =>
    `set context.${key} in cdktf.json, or the variable ${variable}, for example to ${example}`;
  const region = fix("awsRegion", "PYTORCH_VISION_AWS_REGION", "us-east-1");
  const account = fix("awsAccountId", "PYTORCH_VISION_AWS_ACCOUNT_ID", "123456789012");
  const project = fix("gcpProject", "PYTORCH_VISION_GCP_PROJECT", "example-project");
  const number = fix("gcpProjectNumber", "PYTORCH_VISION_GCP_PROJECT_NUMBER", "123456789012");
  test.each<[context: object, message: string]>([
    [{ gcpProject: "" }, `gcpProject must be the id of the Google Cloud project, got nothing; ${project}`],
    [
      { gcpProjectNumber: "acme" },
      `gcpProjectNumber must be the number of the Google Cloud project, got "acme"; ${number}`,
    ],
    [
      { name: undefined },
      `name must be the name of the environment, got nothing; ${fix("name", "PYTORCH_VISION_NAME", "flowers")}`,
    ],
    [{ awsRegion: undefined }, `awsRegion must be the region on AWS, got nothing; ${region}`],
    [{ awsRegion: "" }, `awsRegion must be the region on AWS, got nothing; ${region}`],
    [{ awsRegion: "Virginia" }, `awsRegion must be the region on AWS, got "Virginia"; ${region}`],
    [{ awsRegion: "us-east-1a" }, `awsRegion must be the region on AWS, got "us-east-1a"; ${region}`],
    [{ awsAccountId: undefined }, `awsAccountId must be the account on AWS, 12 digits, got nothing; ${account}`],
    [
      { awsAccountId: "1234-5678-9012" },
      `awsAccountId must be the account on AWS, 12 digits, got "1234-5678-9012"; ${account}`,
    ],
    [
      { awsAccountId: "1234567890123" },
      `awsAccountId must be the account on AWS, 12 digits, got "1234567890123"; ${account}`,
    ],
    [
      { monthlyUsd: "300 USD" },
      `monthlyUsd must be the budget in USD a month, got "300 USD"; ${fix("monthlyUsd", "PYTORCH_VISION_MONTHLY_USD", "300")}`,
    ],
  ])("is refused with a sentence that says what to set: %j", (context, message) => {
    expect(refusal(() => app(context))).toBe(`Error: ${message}`);
  });
});
