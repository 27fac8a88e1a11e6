import { app, countsOf, snakeCase, stack } from "./synthesized";

const state = stack("aws-state");
const aws = stack("aws");
const VERSIONS = {
  required_version: ">= 1.11, < 2",
  required_providers: { aws: { source: "aws", version: ">= 5.100, < 7" } },
};
// Terraform stops at the first call when the credentials are another account's.
const PROVIDER = { aws: [{ region: "us-east-1", allowed_account_ids: ["123456789012"] }] };

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

  test("asks for a Terraform and a provider that know all of it, in one account alone", () => {
    expect(state.terraform).toMatchObject(VERSIONS);
    expect(state.provider).toEqual(PROVIDER);
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
    const keys = Object.keys(app().aws?.environment.outputs ?? {});
    expect(keys).toHaveLength(12);
    expect(Object.keys(aws.output).sort()).toEqual(snakeCase(keys));
  });

  test("asks for a Terraform and a provider that know all of it, in one account alone", () => {
    expect(aws.terraform).toMatchObject(VERSIONS);
    expect(aws.provider).toEqual(PROVIDER);
  });

  test("is as it was reviewed", () => {
    expect(aws.text).toMatchSnapshot();
  });
});
