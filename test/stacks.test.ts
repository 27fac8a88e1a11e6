import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { VisionApp } from "../stacks/app";
import { variableOf } from "../stacks/config";
import { refusal } from "./refusal";

const CONTEXT = {
  name: "flowers",
  alertEmails: "ml@example.com",
  monthlyUsd: 300,
  awsRegion: "us-east-1",
  awsAccountId: "123456789012",
};

interface Stack {
  readonly text: string;
  readonly terraform: { readonly [name: string]: unknown };
  readonly provider: unknown;
  readonly resource: { readonly [type: string]: object };
  readonly output: { readonly [name: string]: object };
}

const app = (context: object = {}, variables: NodeJS.ProcessEnv = {}): VisionApp =>
  new VisionApp({ context: { ...CONTEXT, ...context } }, variables);

/** A stack of a new app, as Terraform gets it. */
function stack(id: string, context: object = {}, variables: NodeJS.ProcessEnv = {}): Stack {
  const text = Testing.synth(app(context, variables).node.findChild(id) as TerraformStack, true);
  return { text, ...JSON.parse(text) };
}

const countsOf = ({ resource }: Stack): { [type: string]: number } =>
  Object.fromEntries(Object.entries(resource).map(([type, all]) => [type, Object.keys(all).length]));

const state = stack("aws-state");
const aws = stack("aws");
const VERSIONS = { required_version: ">= 1.11, < 2", aws: ">= 5.100, < 7" };

describe("the stacks", () => {
  test("are these", () => {
    expect(app().node.children.map(({ node }) => node.id)).toEqual(["aws-state", "aws"]);
  });

  test.each(["aws-state", "aws"])("are the same in every synth: %s", (id) => {
    expect(stack(id).text).toBe(stack(id).text);
  });

  test.each([state, aws])("ask for a Terraform and a provider that know all of it", ({ terraform }) => {
    expect(terraform).toMatchObject({
      required_version: VERSIONS.required_version,
      required_providers: { aws: { source: "aws", version: VERSIONS.aws } },
    });
  });

  test.each([state, aws])("stop at the first call when the credentials are another account's", ({ provider }) => {
    expect(provider).toEqual({ aws: [{ region: "us-east-1", allowed_account_ids: ["123456789012"] }] });
  });

  test("can be synthesized from cdktf.json as it is", () => {
    const { context } = JSON.parse(readFileSync(join(__dirname, "..", "cdktf.json"), "utf8"));
    expect(new VisionApp({}, {}).config).toEqual({
      name: context.name,
      imageTag: undefined,
      alertEmails: [],
      monthlyUsd: context.monthlyUsd,
      awsRegion: context.awsRegion,
      awsAccountId: context.awsAccountId,
    });
  });
});

describe("the stack aws-state", () => {
  test("has these resources and no other", () => {
    expect(countsOf(state)).toEqual({
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
  });

  test("keeps its own state beside cdktf.json, not in the folder that anybody may delete", () => {
    expect(state.terraform.backend).toEqual({ local: { path: "../../../terraform.aws-state.tfstate" } });
  });

  test("says what the bucket is called", () => {
    expect(Object.keys(state.output)).toEqual(["state_bucket"]);
  });

  test("is as it was reviewed", () => {
    expect(state.text).toMatchSnapshot();
  });
});

describe("the stack aws", () => {
  test("has these resources and no other", () => {
    expect(countsOf(aws)).toEqual({
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_integration: 1,
      aws_apigatewayv2_route: 3,
      aws_apigatewayv2_stage: 1,
      aws_batch_compute_environment: 1,
      aws_batch_job_definition: 1,
      aws_batch_job_queue: 1,
      aws_budgets_budget: 1,
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_event_rule: 2,
      aws_cloudwatch_event_target: 2,
      aws_cloudwatch_log_group: 5,
      aws_cloudwatch_metric_alarm: 3,
      aws_cloudwatch_query_definition: 4,
      aws_default_security_group: 1,
      aws_ecr_lifecycle_policy: 1,
      aws_ecr_repository: 1,
      aws_eip: 1,
      aws_flow_log: 1,
      aws_iam_instance_profile: 1,
      aws_iam_role: 7,
      aws_iam_role_policy: 6,
      aws_iam_role_policy_attachment: 1,
      aws_internet_gateway: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_lambda_alias: 1,
      aws_lambda_function: 1,
      aws_lambda_permission: 1,
      aws_launch_template: 1,
      aws_nat_gateway: 1,
      aws_route: 3,
      aws_route_table: 3,
      aws_route_table_association: 4,
      aws_s3_bucket: 3,
      aws_s3_bucket_lifecycle_configuration: 3,
      aws_s3_bucket_logging: 2,
      aws_s3_bucket_ownership_controls: 3,
      aws_s3_bucket_policy: 3,
      aws_s3_bucket_public_access_block: 3,
      aws_s3_bucket_server_side_encryption_configuration: 3,
      aws_s3_bucket_versioning: 3,
      aws_s3_object: 1,
      aws_scheduler_schedule: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 1,
      aws_sfn_state_machine: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 1,
      aws_subnet: 4,
      aws_vpc: 1,
      aws_vpc_endpoint: 1,
      aws_vpc_security_group_egress_rule: 1,
    });
  });

  test("keeps its state, locked and encrypted, in the bucket that aws-state makes", () => {
    const bucket = "flowers-state-123456789012-us-east-1";
    expect(aws.terraform.backend).toEqual({
      s3: { bucket, key: "flowers/aws.tfstate", region: "us-east-1", encrypt: true, use_lockfile: true },
    });
    expect(state.text.replace(/\$\{data\.aws_caller_identity\.\w+\.account_id\}/, "123456789012")).toContain(
      `"bucket": "${bucket}"`,
    );
  });

  test("has an output for each of the environment's, in snake case", () => {
    const keys = Object.keys(app().aws.environment.outputs);
    expect(keys).toHaveLength(12);
    const snakeCase = keys.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    expect(Object.keys(aws.output).sort()).toEqual(snakeCase.sort());
  });

  test("is as it was reviewed", () => {
    expect(aws.text).toMatchSnapshot();
  });
});

describe("the configuration of the stacks", () => {
  test.each([
    { key: "name", variable: "PYTORCH_VISION_NAME", value: "birds" },
    { key: "imageTag", variable: "PYTORCH_VISION_IMAGE_TAG", value: "v7" },
    { key: "awsRegion", variable: "PYTORCH_VISION_AWS_REGION", value: "eu-west-1" },
    { key: "awsAccountId", variable: "PYTORCH_VISION_AWS_ACCOUNT_ID", value: "210987654321" },
  ])("takes $variable before the context $key, and nothing for unset", ({ key, variable, value }) => {
    expect(variableOf(key)).toBe(variable);
    const before = { ...app().config, [key]: value };
    expect(app({}, { [variable]: value }).config).toEqual(before);
    expect(app({ [key]: value }).config).toEqual(before);
    expect(app({}, { [variable]: "" }).config).toEqual(app().config);
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
    { given: "12.5", budget: 12.5 },
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
  test.each<[context: object, message: string]>([
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
