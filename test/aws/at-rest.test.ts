import { Environment } from "../../lib/aws";
import { variant } from "./shared";
import { leaves, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN, QUICKSTART } from "./variants";

const KEY = "${aws_kms_key.encryption.arn}";

const ENCRYPTION = /(kms|encrypt|sse_|bucket_key|key_rotation)[^.]*$/;

/** Every argument that has to do with encryption, as `resource argument: value`. */
function encryptionOf(synthesized: Synthesized): string[] {
  const lines = Object.entries(synthesized.resources).flatMap(([type, all]) =>
    Object.entries(all).flatMap(([id, given]) =>
      leaves(given)
        .filter(([path]) => !path.startsWith("policy.") && ENCRYPTION.test(path))
        .map(([path, value]) => `${type}.${id} ${path}: ${value}`),
    ),
  );
  return lines.map((line) => line.replaceAll("environment_", "")).sort();
}

const rule = "rule[0].apply_server_side_encryption_by_default";
const EVERYWHERE = [
  `aws_cloudwatch_log_group.inference_api_logs kms_key_id: ${KEY}`,
  `aws_cloudwatch_log_group.inference_logs kms_key_id: ${KEY}`,
  `aws_cloudwatch_log_group.network_logs kms_key_id: ${KEY}`,
  `aws_cloudwatch_log_group.retraining_logs kms_key_id: ${KEY}`,
  `aws_cloudwatch_log_group.training_logs kms_key_id: ${KEY}`,
  "aws_ecr_repository.registry encryption_configuration[0].encryption_type: KMS",
  `aws_ecr_repository.registry encryption_configuration[0].kms_key: ${KEY}`,
  "aws_kms_key.encryption enable_key_rotation: true",
  "aws_launch_template.training_template block_device_mappings[0].ebs.encrypted: true",
  `aws_launch_template.training_template block_device_mappings[0].ebs.kms_key_id: ${KEY}`,
  ...["datasets", "models"].flatMap((bucket) => [
    `aws_s3_bucket_server_side_encryption_configuration.storage_${bucket}_encryption ${rule}.kms_master_key_id: ${KEY}`,
    `aws_s3_bucket_server_side_encryption_configuration.storage_${bucket}_encryption ${rule}.sse_algorithm: aws:kms`,
    `aws_s3_bucket_server_side_encryption_configuration.storage_${bucket}_encryption rule[0].bucket_key_enabled: true`,
  ]),
  // Log delivery cannot write to a bucket that is encrypted with a key of ours.
  `aws_s3_bucket_server_side_encryption_configuration.storage_logs_encryption ${rule}.sse_algorithm: AES256`,
  `aws_scheduler_schedule.retraining kms_key_arn: ${KEY}`,
  `aws_secretsmanager_secret.inference_key kms_key_id: ${KEY}`,
  `aws_sns_topic.observability kms_master_key_id: ${KEY}`,
];
const execute = "configuration.execute_command_configuration";
const CLUSTER = [
  `aws_ecs_cluster.inference_service_cluster ${execute}.kms_key_id: ${KEY}`,
  `aws_ecs_cluster.inference_service_cluster ${execute}.log_configuration.cloud_watch_encryption_enabled: true`,
];
const HOSTS = [
  "aws_launch_template.inference_service_hosts_template block_device_mappings[0].ebs.encrypted: true",
  `aws_launch_template.inference_service_hosts_template block_device_mappings[0].ebs.kms_key_id: ${KEY}`,
];

describe("encryption at rest on AWS", () => {
  test.each([
    ["default", [`aws_lambda_function.inference_function_placeholder kms_key_arn: ${KEY}`]],
    ["lambda with an image and reserved concurrency", [`aws_lambda_function.inference_function kms_key_arn: ${KEY}`]],
    ["always on", CLUSTER],
    ["gpu endpoint", [...CLUSTER, ...HOSTS]],
  ])("has the environment's key on everything that can have one: %s", (name, more) => {
    expect(encryptionOf(variant(name))).toEqual([...EVERYWHERE, ...more].sort());
  });

  test("has the brought key, and makes none", () => {
    const brought = variant("bring your own network, key, buckets and repository");
    expect(brought.all("aws_kms_key")).toEqual({});
    expect(encryptionOf(brought)).toEqual([
      `aws_cloudwatch_log_group.inference_api_logs kms_key_id: ${KEY_ARN}`,
      `aws_cloudwatch_log_group.inference_logs kms_key_id: ${KEY_ARN}`,
      `aws_cloudwatch_log_group.retraining_logs kms_key_id: ${KEY_ARN}`,
      `aws_cloudwatch_log_group.training_logs kms_key_id: ${KEY_ARN}`,
      `aws_ecs_cluster.inference_service_cluster ${execute}.kms_key_id: ${KEY_ARN}`,
      CLUSTER[1],
      "aws_launch_template.training_template block_device_mappings[0].ebs.encrypted: true",
      `aws_launch_template.training_template block_device_mappings[0].ebs.kms_key_id: ${KEY_ARN}`,
      `aws_scheduler_schedule.retraining kms_key_arn: ${KEY_ARN}`,
      `aws_secretsmanager_secret.inference_key kms_key_id: ${KEY_ARN}`,
      `aws_sns_topic.observability kms_master_key_id: ${KEY_ARN}`,
    ]);
  });
});

describe("log groups on AWS", () => {
  const kept = (days: number) => ({
    environment_inference_api_logs: days,
    environment_inference_logs: days,
    environment_network_logs: days,
    environment_retraining_logs: days,
    environment_training_logs: days,
  });

  test.each(["default", "always on", "gpu endpoint"])("are all kept for 365 days: %s", (name) => {
    expect(variant(name).each("aws_cloudwatch_log_group", "retention_in_days")).toEqual(kept(365));
  });

  test("are all kept for as long as asked for, access logs in the bucket too", () => {
    const asked = synthesize(
      (stack) =>
        new Environment(stack, "environment", {
          ...QUICKSTART,
          observability: { logRetentionDays: 30 },
          inference: { minReplicas: 1 },
        }),
    );
    expect(asked.each("aws_cloudwatch_log_group", "retention_in_days")).toEqual(kept(30));
    const rules = asked.one("aws_s3_bucket_lifecycle_configuration", "environment_storage_logs_lifecycle").rule;
    expect(rules).toMatchObject([{ expiration: [{ days: 30 }] }]);
  });

  test("are called after the environment", () => {
    expect(variant("default").each("aws_cloudwatch_log_group", "name")).toEqual({
      environment_inference_api_logs: "/aws/vendedlogs/apis/flowers",
      environment_inference_logs: "/flowers/serve",
      environment_network_logs: "/flowers/network",
      environment_retraining_logs: "/aws/vendedlogs/states/flowers-retrain",
      environment_training_logs: "/flowers/train",
    });
  });
});
