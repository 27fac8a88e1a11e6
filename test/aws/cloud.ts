import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Testing } from "cdktf";
import * as aws from "../../lib/aws";
import { Accelerator, Capability, EndpointAccess, Purchase, Schedule, SupportLevel, Weekday } from "../../lib/core";
import { VisionApp } from "../../stacks/app";
import { Answers, Cloud, Proof } from "../cloud";
import { RESERVATION } from "./variants";

const HAS =
  "AWS has T4 (16 GiB) × 1, 4, 8; L4 (24 GiB) × 1, 4, 8; A10G (24 GiB) × 1, 4, 8; L40S (48 GiB) × 1, 4, 8; " +
  "H100 (80 GiB) × 1, 8; A100_40GB (40 GiB) × 8; A100_80GB (80 GiB) × 8; H200 (141 GiB) × 8; B200 (179 GiB) × 8; " +
  "RTX_PRO_6000 (96 GiB) × 1, 2, 4, 8; B300 (268 GiB) × 8";
const refused = (name: string): Answers => ({
  training: `training.accelerator must be one that AWS has, got ${name} × 1; ${HAS}`,
  inference: `inference.accelerator must be one that AWS has, got ${name} × 1; ${HAS}`,
});
const noTpuTraining = (name: string): string =>
  `training.accelerator must be one that AWS has, got ${name} × 1; TPUs are on Google Cloud only; ${HAS}`;
const tpu = (name: string): Answers => ({
  training: noTpuTraining(name),
  inference: `inference.accelerator must be a GPU or Accelerator.NONE, got "${name}"; no cloud here serves from TPUs; train on them`,
});
const offered = (training: string, inference = training): Answers => ({ training, inference });

const native = (proof: Omit<Proof, "level">): Proof => ({ level: SupportLevel.NATIVE, ...proof });
const emulated = (proof: Omit<Proof, "level">): Proof => ({ level: SupportLevel.EMULATED, ...proof });
const absent = (proof: Omit<Proof, "level">): Proof => ({ level: SupportLevel.ABSENT, ...proof });
const machines = (having: object): Proof["resource"] => [
  "aws_batch_compute_environment",
  { compute_resources: having },
];
const replica = { inference: { minReplicas: 1 } };

export const AWS: Cloud = {
  name: "aws",
  module: aws,
  add: (stack, name, asked) => {
    if (!stack.node.tryFindChild("aws")) new AwsProvider(stack, "aws", { region: "us-east-1" });
    return new aws.Environment(stack, name, { region: "us-east-1", ...asked, name });
  },
  ownStack: () => Testing.synth(new VisionApp({}, {}).aws, true),
  nameArguments: ["name", "bucket", "family", "function_name", "alarm_name", "dashboard_name"],
  namedWithin: ["aws_iam_role_policy", "aws_lambda_alias", "aws_apigatewayv2_stage"],
  accelerators: {
    NONE: offered("c7i.large", "AWS Lambda"),
    T4: offered("g4dn.xlarge"),
    A10: refused("A10"),
    A10G: offered("g5.xlarge"),
    L4: offered("g6.xlarge"),
    L40S: offered("g6e.xlarge"),
    RTX_PRO_6000: offered("g7e.2xlarge"),
    A100_40GB: refused("A100_40GB"),
    A100_80GB: refused("A100_80GB"),
    H100: offered("p5.4xlarge"),
    H200: refused("H200"),
    B200: refused("B200"),
    TPU_V5E: tpu("TPU_V5E"),
    TPU_V5P: tpu("TPU_V5P"),
    TPU_V6E: tpu("TPU_V6E"),
  },
  capabilities: {
    [Capability.TRAINING_TO_ZERO]: native({ resource: machines({ min_vcpus: 0 }) }),
    [Capability.GPU_TRAINING]: native({
      resource: machines({ instance_type: ["g4dn.xlarge"], ec2_configuration: [{ image_type: "ECS_AL2023_NVIDIA" }] }),
    }),
    [Capability.TPU_TRAINING]: absent({
      asked: { training: { accelerator: Accelerator.TPU_V5E } },
      refused: noTpuTraining("TPU_V5E"),
    }),
    [Capability.MULTI_NODE_TRAINING]: native({
      asked: { training: { nodes: 3 } },
      resource: ["aws_batch_job_definition", { type: "multinode", node_properties: { numNodes: 3 } }],
    }),
    [Capability.SPOT_TRAINING]: native({
      asked: { training: { purchase: Purchase.spot() } },
      resource: machines({ type: "SPOT" }),
    }),
    [Capability.RESERVED_TRAINING]: native({
      asked: { training: { purchase: Purchase.reserved(RESERVATION) } },
      resource: [
        "aws_launch_template",
        {
          capacity_reservation_specification: { capacity_reservation_target: { capacity_reservation_id: RESERVATION } },
        },
      ],
    }),
    [Capability.TRAINING_QUEUE]: native({ resource: ["aws_batch_job_queue", { state: "ENABLED" }] }),
    [Capability.RUN_TIME_LIMIT]: native({
      asked: { training: { maxRunHours: 2 } },
      resource: ["aws_batch_job_definition", { timeout: { attempt_duration_seconds: 7200 } }],
    }),
    [Capability.SCHEDULED_RETRAINING]: native({
      asked: { retraining: { schedule: Schedule.weekly(Weekday.MONDAY, 4) } },
      resource: ["aws_scheduler_schedule", { schedule_expression: "cron(0 4 ? * MON *)" }],
    }),
    [Capability.CPU_ENDPOINT]: native({ asked: replica, resource: ["aws_ecs_service", { desired_count: 1 }] }),
    [Capability.CPU_ENDPOINT_TO_ZERO]: native({
      asked: { imageTag: "v1", inference: { minReplicas: 0 } },
      resource: ["aws_lambda_function", { package_type: "Image", image_config: { command: ["serve"] } }],
    }),
    [Capability.ENDPOINT_AUTOSCALING]: native({
      asked: replica,
      resource: ["aws_appautoscaling_target", { min_capacity: 1, max_capacity: 4 }],
    }),
    [Capability.TLS_ENDPOINT]: native({ resource: ["aws_apigatewayv2_api", { protocol_type: "HTTP" }] }),
    [Capability.GPU_ENDPOINT]: native({
      asked: { inference: { accelerator: Accelerator.T4 } },
      resource: ["aws_ecs_capacity_provider", { auto_scaling_group_provider: { managed_draining: "ENABLED" } }],
    }),
    [Capability.GPU_ENDPOINT_TO_ZERO]: absent({
      asked: { inference: { accelerator: Accelerator.T4, minReplicas: 0 } },
      refused:
        "inference.minReplicas must be 1 or more on a GPU endpoint, got 0; AWS has no GPU endpoint that scales to zero: " +
        "keep one, or use Google Cloud or Azure, or Accelerator.NONE",
    }),
    [Capability.API_KEY]: emulated({ resource: ["aws_secretsmanager_secret", { name: "flowers/api-key" }] }),
    [Capability.PRIVATE_ENDPOINT]: native({
      asked: { inference: { access: EndpointAccess.privateOnly() } },
      resource: ["aws_lb", { internal: true }],
    }),
    [Capability.PRIVATE_NETWORK]: native({
      asked: { privateNetwork: true },
      resource: ["aws_vpc_endpoint", { vpc_endpoint_type: "Interface", private_dns_enabled: true }],
    }),
    [Capability.CUSTOMER_KEYS]: native({ resource: ["aws_kms_key", { enable_key_rotation: true }] }),
    [Capability.IMAGE_SCANNING]: native({
      resource: ["aws_ecr_repository", { image_scanning_configuration: { scan_on_push: true } }],
    }),
    [Capability.LOGS]: native({ resource: ["aws_cloudwatch_log_group", { name: "/flowers/train" }] }),
    [Capability.DASHBOARD]: native({ resource: ["aws_cloudwatch_dashboard", { dashboard_name: "flowers" }] }),
    [Capability.ALARMS]: native({ resource: ["aws_cloudwatch_metric_alarm", { alarm_name: "flowers-errors" }] }),
    [Capability.PREDICTION_ANALYTICS]: emulated({
      resource: ["aws_cloudwatch_query_definition", { name: "flowers/predictions" }],
    }),
    [Capability.BUDGET]: native({
      asked: { budget: { monthlyUsd: 300 } },
      resource: ["aws_budgets_budget", { limit_amount: "300" }],
    }),
    [Capability.DELETION_PROTECTION]: native({ resource: ["aws_s3_bucket", { force_destroy: false }] }),
    [Capability.STATE_LOCKING]: native({ stack: { terraform: { backend: { s3: { use_lockfile: true } } } } }),
  },
};
