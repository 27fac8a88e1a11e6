import { InferenceProps } from "../../lib/aws";
import { PLACEHOLDER_SERVER } from "../../lib/core/placeholder";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const inference = (props: Partial<InferenceProps> = {}): Synthesized =>
  synthesize((stack) => {
    parts.inference(stack, { minReplicas: 1, ...props });
  });
const container = (synthesized: Synthesized): Arguments => {
  const [one] = synthesized.only("aws_ecs_task_definition").container_definitions as Arguments[];
  return one;
};

const waiting = inference();
const serving = inference({ imageTag: "v1" });
const SERVICE = "inference_service";
const BALANCER = "inference_service_load-balancer";

describe("aws.Inference on Fargate", () => {
  test("is an ECS service behind an internal load balancer behind the HTTP API", () => {
    expect(waiting.types()).toEqual({
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_integration: 1,
      aws_apigatewayv2_route: 3,
      aws_apigatewayv2_stage: 1,
      aws_apigatewayv2_vpc_link: 1,
      aws_appautoscaling_policy: 2,
      aws_appautoscaling_target: 1,
      aws_cloudwatch_log_group: 2,
      aws_ecs_cluster: 1,
      aws_ecs_cluster_capacity_providers: 1,
      aws_ecs_service: 1,
      aws_ecs_task_definition: 1,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_lb: 1,
      aws_lb_listener: 1,
      aws_lb_target_group: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 3,
      aws_vpc_security_group_egress_rule: 3,
      aws_vpc_security_group_ingress_rule: 2,
    });
    expect(Object.keys(waiting.data.aws_caller_identity)).toEqual(["inference_service_account_identity"]);
  });

  test("keeps its replicas on, replaces them without a gap, and takes back what does not work", () => {
    expect(serving.only("aws_ecs_service")).toEqual({
      name: "flowers-serve",
      cluster: `\${aws_ecs_cluster.${SERVICE}_cluster.id}`,
      task_definition: `\${aws_ecs_task_definition.${SERVICE}_task.arn}`,
      desired_count: 1,
      health_check_grace_period_seconds: 180,
      enable_ecs_managed_tags: true,
      propagate_tags: "SERVICE",
      enable_execute_command: false,
      availability_zone_rebalancing: "ENABLED",
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      deployment_circuit_breaker: { enable: true, rollback: true },
      wait_for_steady_state: false,
      force_delete: true,
      capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
      network_configuration: {
        subnets: parts.NETWORK.computeSubnetIds,
        security_groups: [`\${aws_security_group.${SERVICE}_tasks.id}`],
        assign_public_ip: false,
      },
      load_balancer: [
        {
          target_group_arn: `\${aws_lb_target_group.${BALANCER}_targets.arn}`,
          container_name: "serve",
          container_port: 8080,
        },
      ],
      lifecycle: { ignore_changes: ["desired_count"] },
      depends_on: [
        `aws_lb_listener.${BALANCER}_listener`,
        `aws_ecs_cluster_capacity_providers.${SERVICE}_capacity`,
        `aws_iam_role_policy.${SERVICE}_execution-role_policy`,
      ],
    });
  });

  test("takes a deployment back when the alarm that it is told of goes off", () => {
    const watched = synthesize((stack) => parts.inference(stack, { minReplicas: 1 }).rollBackOn("flowers-errors"));
    expect(watched.only("aws_ecs_service").alarms).toEqual({
      alarm_names: ["flowers-errors"],
      enable: true,
      rollback: true,
    });
  });

  test("measures its containers, and encrypts what is typed into them", () => {
    expect(waiting.only("aws_ecs_cluster")).toEqual({
      name: "flowers-cpu",
      setting: [{ name: "containerInsights", value: "enabled" }],
      configuration: {
        execute_command_configuration: {
          kms_key_id: KEY_ARN,
          logging: "OVERRIDE",
          log_configuration: {
            cloud_watch_encryption_enabled: true,
            cloud_watch_log_group_name: "${aws_cloudwatch_log_group.inference_logs.name}",
          },
        },
      },
    });
    expect(waiting.only("aws_ecs_cluster_capacity_providers")).toEqual({
      cluster_name: `\${aws_ecs_cluster.${SERVICE}_cluster.name}`,
      capacity_providers: ["FARGATE"],
      default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
    });
  });

  test.each([
    { vcpus: undefined, memoryGib: undefined, cpu: "2048", memory: "4096", threads: "2" },
    { vcpus: 0.25, memoryGib: 0.5, cpu: "256", memory: "512", threads: "1" },
    { vcpus: 0.25, memoryGib: undefined, cpu: "256", memory: "2048", threads: "1" },
    { vcpus: 16, memoryGib: undefined, cpu: "16384", memory: "32768", threads: "16" },
    { vcpus: 16, memoryGib: 120, cpu: "16384", memory: "122880", threads: "16" },
  ])("runs tasks of $cpu CPU units and $memory MiB", ({ vcpus, memoryGib, cpu, memory, threads }) => {
    const sized = inference({ vcpus, memoryGib });
    expect(sized.only("aws_ecs_task_definition")).toMatchObject({
      family: "flowers-serve",
      requires_compatibilities: ["FARGATE"],
      network_mode: "awsvpc",
      cpu,
      memory,
      execution_role_arn: `\${aws_iam_role.${SERVICE}_execution-role.arn}`,
      task_role_arn: `\${aws_iam_role.${SERVICE}_task-role.arn}`,
      runtime_platform: { operating_system_family: "LINUX", cpu_architecture: "X86_64" },
      volume: [{ name: "tmp" }],
    });
    expect(container(sized).environment).toContainEqual({ name: "ML_CPU_THREADS", value: threads });
  });

  test("runs the pushed image without a right to write but below /tmp, and reads the key from its secret", () => {
    expect(container(serving)).toEqual({
      name: "serve",
      image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cpu",
      essential: true,
      command: ["serve"],
      readonlyRootFilesystem: true,
      user: "10001",
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
        { name: "ML_CLOUD", value: "aws" },
        { name: "ML_CPU_THREADS", value: "2" },
        { name: "ML_METRICS_NAMESPACE", value: "pytorch-vision/flowers" },
        { name: "ML_MODEL_URI", value: "s3://our-models/models/flowers" },
        { name: "ML_ROLE", value: "serve" },
      ],
      secrets: [{ name: "ML_API_KEY", valueFrom: "${aws_secretsmanager_secret_version.inference_key-version.arn}" }],
      healthCheck: {
        command: [
          "CMD",
          "python",
          "-c",
          "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=4)",
        ],
        interval: 30,
        timeout: 5,
        retries: 3,
        startPeriod: 60,
      },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "${aws_cloudwatch_log_group.inference_logs.name}",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "serve",
        },
      },
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
      stopTimeout: 30,
      systemControls: [],
      volumesFrom: [],
    });
  });

  test("before the first image runs the placeholder", () => {
    expect(container(waiting)).toMatchObject({
      image: "public.ecr.aws/docker/library/python:3.12-slim",
      command: ["python", "-c", PLACEHOLDER_SERVER],
    });
  });

  test("scales on requests in flight by Little's law, and on the CPU", () => {
    const scaled = inference({ maxReplicas: 9, concurrency: 5, latencyP95Ms: 400 });
    expect(scaled.only("aws_appautoscaling_target")).toEqual({
      service_namespace: "ecs",
      resource_id: `service/\${aws_ecs_cluster.${SERVICE}_cluster.name}/\${aws_ecs_service.${SERVICE}.name}`,
      scalable_dimension: "ecs:service:DesiredCount",
      min_capacity: 1,
      max_capacity: 9,
    });
    const policies = scaled.each("aws_appautoscaling_policy", "target_tracking_scaling_policy_configuration");
    expect(policies).toEqual({
      [`${SERVICE}_scaling_cpu`]: {
        target_value: 70,
        scale_in_cooldown: 300,
        scale_out_cooldown: 60,
        predefined_metric_specification: { predefined_metric_type: "ECSServiceAverageCPUUtilization" },
      },
      [`${SERVICE}_scaling_requests`]: {
        target_value: 750,
        scale_in_cooldown: 300,
        scale_out_cooldown: 60,
        predefined_metric_specification: {
          predefined_metric_type: "ALBRequestCountPerTarget",
          resource_label: `\${aws_lb.${BALANCER}.arn_suffix}/\${aws_lb_target_group.${BALANCER}_targets.arn_suffix}`,
        },
      },
    });
  });

  test.each([
    { publicAddresses: false, computeSubnetIds: ["subnet-0123456789abcdef2"] },
    { publicAddresses: true, computeSubnetIds: ["subnet-0123456789abcdef3"] },
  ])("gives tasks a public address only where the network says so ($publicAddresses)", (where) => {
    const { network_configuration } = inference({ network: { ...parts.NETWORK, ...where } }).only("aws_ecs_service");
    expect(network_configuration).toMatchObject({
      subnets: where.computeSubnetIds,
      assign_public_ip: where.publicAddresses,
    });
  });
});
