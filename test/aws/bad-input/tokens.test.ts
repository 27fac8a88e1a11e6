import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import * as aws from "../../../lib/aws";
import { Accelerator, EndpointAccess, Purchase, Schedule } from "../../../lib/core";
import { Later } from "../../core/tokens";
import { Asked, refused } from "./refused";
import { Json, readJson, Written } from "./written";

/** Everything that may be a token, on an endpoint that is always on. */
const ALWAYS_ON = new Written((variable) => {
  const number = (name: string): number => variable(name).numberValue;
  const text = (name: string): string => variable(name).stringValue;
  return {
    name: text("name"),
    region: text("region"),
    imageTag: text("tag"),
    vpcCidr: text("cidr"),
    availabilityZones: variable("zones").listValue,
    training: {
      machineType: "g6.12xlarge",
      acceleratorsPerNode: number("gpus"),
      nodes: number("nodes"),
      maxConcurrentRuns: number("runs"),
      maxRunHours: number("hours"),
      scratchGib: number("scratch"),
      purchase: Purchase.reserved(text("reservation")),
      environment: { ML_EPOCHS: text("epochs"), OURS: `${number("ours")}` },
    },
    inference: {
      vcpus: number("vcpus"),
      memoryGib: number("memory"),
      minReplicas: number("min"),
      concurrency: number("concurrency"),
      modelVersion: text("model"),
    },
    storage: { noncurrentVersionDays: number("old"), checkpointDays: number("checkpoints") },
    observability: {
      logRetentionDays: number("retention"),
      alertEmails: variable("emails").listValue,
      latencyP95Ms: number("latency"),
      errorRatePercent: number("errors"),
    },
    retraining: { schedule: Schedule.monthly(number("day"), number("hour")) },
    budget: { monthlyUsd: number("usd") },
    throttlingRateLimit: number("rate"),
    throttlingBurstLimit: number("burst"),
    certificateArn: text("certificate"),
    certificateDomain: text("domain"),
    tags: { team: text("team") },
  };
});

/** The same on a function, where nothing is always on. */
const FUNCTION = new Written((variable) => ({
  imageTag: variable("tag").stringValue,
  training: { maxRunHours: variable("hours").numberValue },
  inference: {
    memoryGib: variable("memory").numberValue,
    maxReplicas: variable("max").numberValue,
    concurrency: variable("concurrency").numberValue,
  },
  observability: {
    latencyP95Ms: variable("latency").numberValue,
    alertEmails: [variable("first").stringValue, "ml@example.com"],
  },
  reservedConcurrency: true,
}));

const GPU = new Written((variable) => ({
  training: { accelerator: Accelerator.NONE },
  inference: {
    machineType: "g6.12xlarge",
    acceleratorsPerReplica: variable("gpus").numberValue,
    maxReplicas: variable("max").numberValue,
    access: EndpointAccess.open(),
  },
}));

describe("a number that only Terraform knows", () => {
  test.each<[what: string, written: Written, type: string, path: string, expected: Json[]]>([
    [
      "the compute ceiling",
      ALWAYS_ON,
      "aws_batch_compute_environment",
      "compute_resources.max_vcpus",
      ["${((48 * var.nodes) * var.runs)}"],
    ],
    [
      "the time limit",
      ALWAYS_ON,
      "aws_batch_job_definition",
      "timeout.attempt_duration_seconds",
      ["${floor((var.hours * 3600))}"],
    ],
    ["the disk", ALWAYS_ON, "aws_launch_template", "block_device_mappings.0.ebs.volume_size", ["${var.scratch}"]],
    ["the tasks' vCPUs", ALWAYS_ON, "aws_ecs_task_definition", "cpu", ["${(var.vcpus * 1024)}"]],
    ["the tasks' memory", ALWAYS_ON, "aws_ecs_task_definition", "memory", ["${(var.memory * 1024)}"]],
    ["the tasks at first", ALWAYS_ON, "aws_ecs_service", "desired_count", ["${var.min}"]],
    ["the least tasks", ALWAYS_ON, "aws_appautoscaling_target", "min_capacity", ["${var.min}"]],
    [
      "the most tasks, never below the least",
      ALWAYS_ON,
      "aws_appautoscaling_target",
      "max_capacity",
      ["${max(4, var.min)}"],
    ],
    [
      "the requests for each task",
      ALWAYS_ON,
      "aws_appautoscaling_policy",
      "target_tracking_scaling_policy_configuration.target_value",
      [70, "${floor(((var.concurrency * 60000) / var.latency))}"],
    ],
    [
      "the alarm on errors",
      ALWAYS_ON,
      "aws_cloudwatch_metric_alarm",
      "threshold",
      ["${var.errors}", "${(var.latency / 1000)}", 1, 0],
    ],
    ["the days of logs", ALWAYS_ON, "aws_cloudwatch_log_group", "retention_in_days", Array(5).fill("${var.retention}")],
    ["the budget, as text", ALWAYS_ON, "aws_budgets_budget", "limit_amount", ["${var.usd}"]],
    [
      "the schedule",
      ALWAYS_ON,
      "aws_scheduler_schedule",
      "schedule_expression",
      ["cron(0 ${var.hour} ${var.day} * ? *)"],
    ],
    [
      "the throttle",
      ALWAYS_ON,
      "aws_apigatewayv2_stage",
      "default_route_settings.throttling_rate_limit",
      ["${var.rate}"],
    ],
    [
      "the throttle at once",
      ALWAYS_ON,
      "aws_apigatewayv2_stage",
      "default_route_settings.throttling_burst_limit",
      ["${var.burst}"],
    ],
    ["a function's memory", FUNCTION, "aws_lambda_function", "memory_size", ["${floor((var.memory * 1024))}"]],
    [
      "a function's own concurrency",
      FUNCTION,
      "aws_lambda_function",
      "reserved_concurrent_executions",
      ["${(var.max * var.concurrency)}"],
    ],
    [
      "a function's throttle, which is never 0",
      FUNCTION,
      "aws_apigatewayv2_stage",
      "default_route_settings.throttling_rate_limit",
      ["${max(1, floor((((var.max * var.concurrency) * 1000) / var.latency)))}"],
    ],
    ["the GPU hosts, with one to spare", GPU, "aws_autoscaling_group", "max_size", ["${(var.max + 1)}"]],
  ])("becomes an expression: %s", (_, written, type, path, expected) => {
    expect(written.every(type, path)).toEqual(expected);
  });

  test("is nowhere left as the number that stood for it", () => {
    for (const { text } of [ALWAYS_ON, FUNCTION, GPU]) expect(text).not.toMatch(/TfToken|e\+\d{3}|Infinity|NaN/);
  });
});

describe("JSON inside of Terraform", () => {
  test("holds numbers as numbers and texts as texts: the job", () => {
    const job = readJson(ALWAYS_ON.every("aws_batch_job_definition", "node_properties")[0]);
    expect(job).toMatchObject({
      numNodes: "${var.nodes}",
      nodeRangeProperties: [
        {
          container: {
            image: expect.stringMatching(/^\$\{aws_ecr_repository\.\w+\.repository_url\}:\$\{var\.tag\}-cuda$/),
            environment: expect.arrayContaining([
              { name: "AWS_DEFAULT_REGION", value: "${var.region}" },
              { name: "ML_EPOCHS", value: "${var.epochs}" },
              { name: "OURS", value: "${var.ours}" },
            ]),
            logConfiguration: { options: { "awslogs-region": "${var.region}" } },
          },
        },
      ],
    });
    expect(ALWAYS_ON.every("aws_batch_job_definition", "node_properties")[0]).toContain('"numNodes":${var.nodes},');
  });

  test("holds numbers as numbers and texts as texts: the container", () => {
    const [container] = readJson(ALWAYS_ON.every("aws_ecs_task_definition", "container_definitions")[0]) as Json[];
    expect(container).toMatchObject({
      image: expect.stringMatching(/:\$\{var\.tag\}-cpu$/),
      environment: expect.arrayContaining([
        { name: "ML_CPU_THREADS", value: "${max(1, floor(var.vcpus))}" },
        { name: "ML_MODEL_VERSION", value: "${var.model}" },
      ]),
    });
  });

  test("holds numbers as numbers and texts as texts: the state machine", () => {
    expect(ALWAYS_ON.every("aws_sfn_state_machine", "definition")[0]).toContain(
      '"TimeoutSeconds":${(floor(((2 * var.hours) * 3600)) + 3600)},',
    );
    expect(FUNCTION.every("aws_sfn_state_machine", "definition")).toEqual([]);
  });

  test("holds texts as texts: every policy", () => {
    const policies = ["aws_iam_role_policy", "aws_s3_bucket_policy", "aws_kms_key", "aws_sns_topic_policy"]
      .flatMap((type) => ALWAYS_ON.every(type, "policy"))
      .map(readJson);
    expect(policies).toHaveLength(12);
    for (const policy of policies)
      expect(policy).toMatchObject({ Version: "2012-10-17", Statement: expect.any(Array) });
  });
});

describe("text that only Terraform knows", () => {
  test.each<[what: string, type: string, path: string, expected: Json[]]>([
    ["the block of the VPC", "aws_vpc", "cidr_block", ["${var.cidr}"]],
    [
      "the blocks of the subnets",
      "aws_subnet",
      "cidr_block",
      [
        "${cidrsubnet(var.cidr, 4, 1)}",
        "${cidrsubnet(var.cidr, 4, 2)}",
        "${cidrsubnet(var.cidr, 8, 0)}",
        "${cidrsubnet(var.cidr, 8, 1)}",
      ],
    ],
    [
      "the reservation",
      "aws_launch_template",
      "capacity_reservation_specification.capacity_reservation_target.capacity_reservation_id",
      ["${var.reservation}"],
    ],
    ["the certificate", "aws_lb_listener", "certificate_arn", ["${var.certificate}"]],
    ["the certificate's domain", "aws_apigatewayv2_integration", "tls_config.server_name_to_verify", ["${var.domain}"]],
    ["a tag", "aws_vpc", "tags.team", ["${var.team}"]],
    // "$${" would be an escape, and the budget would count nothing.
    [
      "the name in the budget's filter",
      "aws_budgets_budget",
      "cost_filter.0.values.0",
      ['${join("$", ["user:environment", var.name])}'],
    ],
  ])("becomes a reference: %s", (_, type, path, expected) => {
    expect(ALWAYS_ON.every(type, path)).toEqual(expected);
  });
});

describe("a list that only Terraform knows", () => {
  test("of zones makes two subnets of each kind, one in each", () => {
    const [first, second] = ["${element(var.zones, 0)}", "${element(var.zones, 1)}"];
    expect(ALWAYS_ON.every("aws_subnet", "availability_zone")).toEqual([first, second, first, second]);
  });

  test("of addresses becomes a subscription for each of them", () => {
    expect(ALWAYS_ON.every("aws_sns_topic_subscription", "for_each")).toEqual(["${toset(var.emails)}"]);
    expect(ALWAYS_ON.every("aws_sns_topic_subscription", "endpoint")).toEqual(["${each.value}"]);
  });

  test("is not one that has a token in it", () => {
    expect(FUNCTION.every("aws_sns_topic_subscription", "for_each")).toEqual([]);
    expect(FUNCTION.every("aws_sns_topic_subscription", "endpoint")).toEqual(["${var.first}", "ml@example.com"]);
  });

  test("of subnets that are brought along is used whole, and by its first for nodes that must be near each other", () => {
    const brought = (nodes: number): Json[] =>
      new Written((variable) => ({
        network: aws.Network.fromSubnets("vpc-0123456789abcdef0", variable("subnets").listValue, "10.0.0.0/16"),
        training: { nodes },
      })).every("aws_batch_compute_environment", "compute_resources.subnets");
    expect(brought(1)).toEqual(["${var.subnets}"]);
    expect(brought(2)).toEqual([["${element(var.subnets, 0)}"]]);
  });
});

describe("warnings about a new account", () => {
  test("say nothing about numbers that only Terraform knows", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    const number = (name: string): number => new TerraformVariable(stack, name, {}).numberValue;
    const environment = new aws.Environment(stack, "environment", {
      name: "flowers",
      region: "us-east-1",
      training: { nodes: number("nodes"), maxConcurrentRuns: number("runs") },
      inference: { minReplicas: 1, maxReplicas: number("max"), vcpus: number("vcpus"), memoryGib: number("memory") },
    });
    expect(environment.node.metadata.map(({ data }) => data)).toEqual([
      "observability.alertEmails is empty: alarms and failed runs are recorded, but nobody is written to",
      "the first deployment in an account creates service-linked roles (Batch, ECS, Auto Scaling, ELB, API Gateway): " +
        "whoever deploys needs iam:CreateServiceLinkedRole",
    ]);
  });
});

describe("a map that only Terraform knows", () => {
  test.each<[prop: string, asked: (map: { [name: string]: string }) => Asked]>([
    ["tags", (tags) => ({ tags })],
    ["training.environment", (environment) => ({ training: { environment } })],
    ["inference.environment", (environment) => ({ inference: { environment } })],
  ])("is refused, because it cannot be put together with the environment's own: %s", (prop, asked) => {
    expect(refused(asked(new Later().variable("map").value))).toBe(
      `SpecError: ${prop} must be known before Terraform runs, got a token; write the map out; each value may be a token`,
    );
  });
});
