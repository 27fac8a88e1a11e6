import { Environment, EnvironmentProps } from "../../lib/aws";
import { Accelerator, EndpointAccess } from "../../lib/core";
import { addOutputs } from "../../stacks/outputs";
import * as parts from "./parts";
import { Synthesized, synthesize, Value } from "./synthesized";
import { CERTIFICATE_ARN, QUICKSTART } from "./variants";

let made: Environment;
function environment(props: Partial<EnvironmentProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = new Environment(stack, "environment", { ...QUICKSTART, ...props });
    addOutputs(stack, made.outputs);
  });
}
const outputs = (synthesized: Synthesized): { [name: string]: Value } =>
  Object.fromEntries(Object.entries(synthesized.outputs).map(([name, { value }]) => [name, value]));

const quickstart = environment();
const REPOSITORY = "${aws_ecr_repository.environment_registry.repository_url}";
const READ_KEY =
  "aws secretsmanager get-secret-value --region us-east-1 " +
  "--secret-id ${aws_secretsmanager_secret.environment_inference_key.name} --query SecretString --output text";
const URL = "${aws_apigatewayv2_api.environment_inference_api.api_endpoint}";
const BALANCER = "${aws_lb.environment_inference_service_load-balancer.dns_name}";

describe("the outputs of aws.Environment", () => {
  test("are addresses, and commands that can be pasted into a shell", () => {
    expect(outputs(quickstart)).toEqual({
      cloud: "aws",
      region: "us-east-1",
      datasets_uri: "s3://${aws_s3_bucket_policy.environment_storage_datasets_policy.bucket}/datasets/flowers",
      models_uri: "s3://${aws_s3_bucket_policy.environment_storage_models_policy.bucket}/models/flowers",
      image_repository: REPOSITORY,
      registry_login_command:
        "aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin " +
        '${element(split("/", aws_ecr_repository.environment_registry.repository_url), 0)}',
      train_command:
        "aws batch submit-job --region us-east-1 --job-name flowers-train " +
        "--job-queue ${aws_batch_job_queue.environment_training_queue.name} " +
        "--job-definition ${aws_batch_job_definition.environment_training.name}",
      endpoint_url: URL,
      api_key_command: READ_KEY,
      predict_command:
        `curl -sS -X POST ${URL}/predict -H 'Content-Type: image/jpeg' ` +
        `-H "Authorization: Bearer $(${READ_KEY})" --data-binary @image.jpg`,
      logs_command:
        "aws logs tail ${aws_cloudwatch_log_group.environment_training_logs.name} --region us-east-1 --since 1h --follow",
      dashboard_url:
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1" +
        "#dashboards/dashboard/${aws_cloudwatch_dashboard.environment_observability_dashboard.dashboard_name}",
    });
  });

  test.each<{ way: string; props: Partial<EnvironmentProps>; url: string; readKey: string }>([
    { way: "on Fargate", props: { inference: { minReplicas: 1 } }, url: URL, readKey: READ_KEY },
    { way: "on GPU", props: { inference: { accelerator: Accelerator.T4 } }, url: URL, readKey: READ_KEY },
    { way: "open to everybody", props: { inference: { access: EndpointAccess.open() } }, url: URL, readKey: "" },
    { way: "in a private network", props: { privateNetwork: true }, url: `http://${BALANCER}`, readKey: "" },
    {
      way: "inside, with a certificate",
      props: {
        inference: { access: EndpointAccess.privateOnly() },
        certificateArn: CERTIFICATE_ARN,
        certificateDomain: "ml.example.com",
      },
      url: "https://ml.example.com",
      readKey: "",
    },
  ])("say how to call an endpoint $way", ({ props, url, readKey }) => {
    const bearer = readKey === "" ? "" : ` -H "Authorization: Bearer $(${readKey})"`;
    expect(outputs(environment(props))).toMatchObject({
      endpoint_url: url,
      api_key_command: readKey,
      predict_command: `curl -sS -X POST ${url}/predict -H 'Content-Type: image/jpeg'${bearer} --data-binary @image.jpg`,
    });
  });

  test("name the region wherever it is", () => {
    expect(quickstart.text).not.toContain("eu-west-1");
    const elsewhere = environment({ region: "eu-west-1" });
    expect(JSON.stringify(elsewhere.outputs)).not.toContain("us-east-1");
    expect(JSON.stringify(elsewhere.resources)).not.toContain("us-east-1");
  });
});

describe("aws.Environment", () => {
  test("hands out its parts and what it chose", () => {
    environment({ inference: { accelerator: Accelerator.L4 }, training: { accelerator: Accelerator.A10G } });
    expect(made.name).toBe("flowers");
    expect(made.node.children.map(({ node }) => node.id)).toEqual([
      "encryption",
      "account",
      "network",
      "storage",
      "registry",
      "training",
      "inference",
      "observability",
      "retraining",
      "budget",
    ]);
    expect([made.encryption, made.network, made.storage, made.registry]).toEqual(
      ["encryption", "network", "storage", "registry"].map((id) => made.node.findChild(id)),
    );
    expect([made.training, made.inference, made.observability, made.retraining]).toEqual(
      ["training", "inference", "observability", "retraining"].map((id) => made.node.findChild(id)),
    );
    expect([made.trainingMachine.type, made.inferenceMachine.type]).toEqual(["g5.xlarge", "g6.xlarge"]);
  });

  test("looks its account up once", () => {
    expect(Object.keys(quickstart.data.aws_caller_identity)).toEqual(["environment_account_identity"]);
    expect(Object.keys(quickstart.data.aws_partition)).toEqual(["environment_account_partition"]);
  });

  test("has no schedule and no budget unless asked for", () => {
    const plain = environment({ retraining: undefined, budget: undefined });
    expect(plain.all("aws_scheduler_schedule")).toEqual({});
    expect(plain.all("aws_sfn_state_machine")).toEqual({});
    expect(plain.all("aws_budgets_budget")).toEqual({});
    expect(made.retraining).toBeUndefined();
  });

  test("tells schedule, budget and alarms to the same receivers", () => {
    const topic = ["${aws_sns_topic_policy.environment_observability_policy.arn}"];
    expect(quickstart.each("aws_cloudwatch_metric_alarm", "alarm_actions")).toEqual({
      environment_observability_errors: topic,
      environment_observability_latency: topic,
      environment_retraining_alarm: topic,
    });
    expect(quickstart.only("aws_budgets_budget").notification).toMatchObject(
      [50, 80, 100, 100].map((threshold) => ({ threshold, subscriber_sns_topic_arns: topic })),
    );
  });

  test("hands every setting to the part that it is for", () => {
    const set = environment({
      imageTag: "v2",
      vpcCidr: "10.9.0.0/16",
      availabilityZones: ["us-east-1a", "us-east-1c"],
      natGateways: 2,
      storage: { noncurrentVersionDays: 3, checkpointDays: 4 },
      training: { scratchGib: 300, maxConcurrentRuns: 2 },
      inference: { minReplicas: 2, concurrency: 4 },
      observability: { latencyP95Ms: 500, errorRatePercent: 2 },
      throttlingRateLimit: 11,
      throttlingBurstLimit: 12,
      certificateArn: CERTIFICATE_ARN,
      certificateDomain: "ml.example.com",
    });
    expect(set.only("aws_vpc").cidr_block).toBe("10.9.0.0/16");
    expect(set.one("aws_subnet", "environment_network_private-1").availability_zone).toBe("us-east-1c");
    expect(set.list("aws_nat_gateway")).toHaveLength(2);
    expect(set.one("aws_s3_bucket_lifecycle_configuration", "environment_storage_models_lifecycle").rule).toMatchObject(
      [{ noncurrent_version_expiration: [{ noncurrent_days: 3 }] }, { expiration: [{ days: 4 }] }],
    );
    expect(set.only("aws_launch_template").block_device_mappings).toMatchObject([{ ebs: { volume_size: 300 } }]);
    expect(set.only("aws_batch_compute_environment").compute_resources).toMatchObject({ max_vcpus: 8 });
    expect(set.only("aws_batch_job_definition").container_properties).toMatchObject({ image: `${REPOSITORY}:v2-cuda` });
    expect(set.only("aws_ecs_task_definition").container_definitions).toMatchObject([
      { image: `${REPOSITORY}:v2-cpu` },
    ]);
    expect(set.only("aws_ecs_service").desired_count).toBe(2);
    const scaling = set.one("aws_appautoscaling_policy", "environment_inference_service_scaling_requests");
    expect(scaling.target_tracking_scaling_policy_configuration).toMatchObject({ target_value: 480 });
    expect(set.one("aws_cloudwatch_metric_alarm", "environment_observability_latency").threshold).toBe(0.5);
    expect(set.one("aws_cloudwatch_metric_alarm", "environment_observability_errors").threshold).toBe(2);
    expect(set.only("aws_apigatewayv2_stage").default_route_settings).toMatchObject({
      throttling_rate_limit: 11,
      throttling_burst_limit: 12,
    });
    expect(set.only("aws_lb_listener")).toMatchObject({ port: 443, certificate_arn: CERTIFICATE_ARN });
  });

  test("makes nothing of what is brought along", () => {
    const brought = environment({
      network: parts.NETWORK,
      encryption: parts.KEY,
      buckets: parts.BUCKETS,
      registry: parts.REPOSITORY,
      imageTag: "v1",
    });
    const ours = /^aws_(vpc|vpc_endpoint|subnet|route|route_table|nat_gateway|eip|flow_log|kms_.*|s3_.*|ecr_.*)$/;
    expect(Object.keys(brought.types()).filter((type) => ours.test(type))).toEqual([]);
    expect(made.node.children.map(({ node }) => node.id)).toEqual([
      "training",
      "account",
      "inference",
      "observability",
      "retraining",
      "budget",
    ]);
    expect(outputs(brought)).toMatchObject({
      datasets_uri: "s3://our-datasets/datasets/flowers",
      models_uri: "s3://our-models/models/flowers",
      image_repository: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision",
    });
  });

  test("of one name can be in two regions of an account, where roles, profiles and budgets are the account's", () => {
    const globals = (synthesized: Synthesized): string[] =>
      ["aws_iam_role", "aws_iam_instance_profile", "aws_budgets_budget"].flatMap((type) =>
        Object.values(synthesized.each(type, "name")).map(String),
      );
    const [here, there] = [globals(quickstart), globals(environment({ region: "eu-west-1" }))];
    expect(here).toHaveLength(9);
    expect(there.filter((name) => here.includes(name))).toEqual([]);
  });

  test("keeps role names within what IAM allows, with the longest name in the longest region", () => {
    const long = environment({ name: "a234567890123456", region: "ap-southeast-1", inference: { minReplicas: 1 } });
    for (const name of Object.values(long.each("aws_iam_role", "name"))) {
      expect(String(name).length).toBeLessThanOrEqual(64);
    }
  });
});
