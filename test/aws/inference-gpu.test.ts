import { InferenceProps } from "../../lib/aws";
import { Accelerator } from "../../lib/core";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const inference = (props: Partial<InferenceProps> = {}): Synthesized =>
  synthesize((stack) => {
    parts.inference(stack, { accelerator: Accelerator.L4, imageTag: "v1", ...props });
  });

const serving = inference({ tags: { team: "vision" } });
const HOSTS = "inference_service_hosts";
const PROVIDER = `\${aws_ecs_capacity_provider.${HOSTS}_provider.name}`;

describe("aws.Inference on GPU", () => {
  test("is the service of a CPU endpoint with hosts of its own, and without scaling on the CPU", () => {
    expect(serving.types()).toEqual({
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_integration: 1,
      aws_apigatewayv2_route: 3,
      aws_apigatewayv2_stage: 1,
      aws_apigatewayv2_vpc_link: 1,
      aws_appautoscaling_policy: 1,
      aws_appautoscaling_target: 1,
      aws_autoscaling_group: 1,
      aws_cloudwatch_log_group: 2,
      aws_ecs_capacity_provider: 1,
      aws_ecs_cluster: 1,
      aws_ecs_cluster_capacity_providers: 1,
      aws_ecs_service: 1,
      aws_ecs_task_definition: 1,
      aws_iam_instance_profile: 1,
      aws_iam_role: 3,
      aws_iam_role_policy: 2,
      aws_iam_role_policy_attachment: 1,
      aws_launch_template: 1,
      aws_lb: 1,
      aws_lb_listener: 1,
      aws_lb_target_group: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 4,
      aws_vpc_security_group_egress_rule: 4,
      aws_vpc_security_group_ingress_rule: 2,
    });
    expect(Object.keys(serving.all("aws_appautoscaling_policy"))).toEqual(["inference_service_scaling_requests"]);
  });

  test("starts hosts that only know their cluster, encrypted, metadata by token and one hop only", () => {
    const tags = {
      Name: "flowers-serve",
      environment: "flowers",
      "managed-by": "cdktf-pytorch-vision",
      team: "vision",
    };
    expect(serving.only("aws_launch_template")).toEqual({
      name: "flowers-serve",
      image_id: "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id",
      instance_type: "g6.xlarge",
      update_default_version: true,
      vpc_security_group_ids: [`\${aws_security_group.${HOSTS}_group.id}`],
      iam_instance_profile: { arn: `\${aws_iam_instance_profile.${HOSTS}_role_profile.arn}` },
      user_data:
        '${base64encode(join("\\n", ["#!/bin/bash", "cat >> /etc/ecs/ecs.config <<EOF", "ECS_CLUSTER=flowers-gpu", ' +
        '"ECS_ENABLE_GPU_SUPPORT=true", "ECS_AWSVPC_BLOCK_IMDS=true", "EOF", ""]))}',
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 },
      block_device_mappings: [
        {
          device_name: "/dev/xvda",
          ebs: {
            volume_size: 100,
            volume_type: "gp3",
            encrypted: "true",
            kms_key_id: KEY_ARN,
            delete_on_termination: "true",
          },
        },
      ],
      monitoring: { enabled: true },
      tag_specifications: [
        { resource_type: "instance", tags },
        { resource_type: "volume", tags },
      ],
    });
    expect(serving.only("aws_ecs_cluster").name).toBe("flowers-gpu");
  });

  test("has one host for each replica and a spare for a deployment, protected while it serves, new every 30 days", () => {
    expect(inference({ maxReplicas: 2, tags: { team: "vision" } }).only("aws_autoscaling_group")).toEqual({
      name: "flowers-serve",
      min_size: 0,
      max_size: 3,
      vpc_zone_identifier: parts.NETWORK.privateSubnetIds,
      health_check_type: "EC2",
      health_check_grace_period: 300,
      protect_from_scale_in: true,
      force_delete: true,
      wait_for_capacity_timeout: "0",
      max_instance_lifetime: 2_592_000,
      enabled_metrics: ["GroupDesiredCapacity", "GroupInServiceInstances"],
      launch_template: {
        id: `\${aws_launch_template.${HOSTS}_template.id}`,
        version: `\${aws_launch_template.${HOSTS}_template.latest_version}`,
      },
      instance_refresh: {
        strategy: "Rolling",
        preferences: {
          min_healthy_percentage: 100,
          max_healthy_percentage: 200,
          scale_in_protected_instances: "Refresh",
          instance_warmup: "300",
        },
      },
      tag: [
        { key: "AmazonECSManaged", value: "true", propagate_at_launch: true },
        { key: "team", value: "vision", propagate_at_launch: true },
        { key: "environment", value: "flowers", propagate_at_launch: true },
        { key: "managed-by", value: "cdktf-pytorch-vision", propagate_at_launch: true },
      ],
      lifecycle: { ignore_changes: ["desired_capacity"] },
      depends_on: [
        "aws_ecs_cluster.inference_service_cluster",
        `aws_iam_role_policy_attachment.${HOSTS}_role_attachment`,
      ],
    });
  });

  test("lets ECS start and stop hosts as the service needs them", () => {
    expect(serving.only("aws_ecs_capacity_provider")).toEqual({
      name: "flowers-gpu",
      auto_scaling_group_provider: {
        auto_scaling_group_arn: `\${aws_autoscaling_group.${HOSTS}.arn}`,
        managed_termination_protection: "ENABLED",
        managed_draining: "ENABLED",
        managed_scaling: {
          status: "ENABLED",
          target_capacity: 100,
          minimum_scaling_step_size: 1,
          maximum_scaling_step_size: 2,
          instance_warmup_period: 300,
        },
      },
    });
    expect(serving.only("aws_ecs_cluster_capacity_providers").capacity_providers).toEqual([PROVIDER]);
    expect(serving.only("aws_ecs_service").capacity_provider_strategy).toEqual([
      { capacity_provider: PROVIDER, weight: 1 },
    ]);
  });

  test.each([
    { asked: { accelerator: Accelerator.L4 }, cpu: "3072", memory: "14745", gpus: "1", threads: "3" },
    {
      asked: { accelerator: Accelerator.A10G, acceleratorsPerReplica: 4 },
      cpu: "48128",
      memory: "176947",
      gpus: "4",
      threads: "47",
    },
    {
      asked: { accelerator: undefined, machineType: "g6e.xlarge" },
      cpu: "3072",
      memory: "29491",
      gpus: "1",
      threads: "3",
    },
  ])(
    "gives a replica all of its host but what the ECS agent needs: $gpus GPUs, $cpu CPU units",
    ({ asked, cpu, memory, gpus, threads }) => {
      const sized = inference(asked);
      const task = sized.only("aws_ecs_task_definition");
      expect(task).toMatchObject({ requires_compatibilities: ["EC2"], network_mode: "awsvpc", cpu, memory });
      const [{ environment, ...container }] = task.container_definitions as Arguments[];
      expect(container).toMatchObject({
        image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cuda",
        command: ["serve"],
        resourceRequirements: [{ type: "GPU", value: gpus }],
      });
      expect(environment).toContainEqual({ name: "ML_DEVICE", value: "cuda" });
      expect(environment).toContainEqual({ name: "ML_CPU_THREADS", value: threads });
    },
  );

  test("never has a public address", () => {
    expect(serving.only("aws_ecs_service").network_configuration).toMatchObject({
      subnets: parts.NETWORK.privateSubnetIds,
      assign_public_ip: false,
    });
  });

  test("lets nothing reach its hosts, and them reach AWS over HTTPS", () => {
    const group = `\${aws_security_group.${HOSTS}_group.id}`;
    const of = (type: string): Arguments[] => serving.list(type).filter((rule) => rule.security_group_id === group);
    expect(of("aws_vpc_security_group_ingress_rule")).toEqual([]);
    expect(of("aws_vpc_security_group_egress_rule")).toEqual([
      {
        security_group_id: group,
        description: "HTTPS to AWS services",
        cidr_ipv4: "0.0.0.0/0",
        ip_protocol: "tcp",
        from_port: 443,
        to_port: 443,
      },
    ]);
  });
});
