import { Training, TrainingProps } from "../../lib/aws";
import { Accelerator, Purchase } from "../../lib/core";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN, RESERVATION } from "./variants";

let made: Training;
function training(props: Partial<TrainingProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = parts.training(stack, props);
  });
}
const machines = (synthesized: Synthesized): Arguments =>
  synthesized.only("aws_batch_compute_environment").compute_resources as Arguments;

const alone = training();
const twoNodes = training({ nodes: 2, maxConcurrentRuns: 3, imageTag: "v1" });

describe("aws.Training", () => {
  test("consists of a queue, machines that do not exist yet, and what a run needs", () => {
    expect(alone.types()).toEqual({
      aws_batch_compute_environment: 1,
      aws_batch_job_definition: 1,
      aws_batch_job_queue: 1,
      aws_cloudwatch_log_group: 1,
      aws_iam_instance_profile: 1,
      aws_iam_role: 3,
      aws_iam_role_policy: 2,
      aws_iam_role_policy_attachment: 1,
      aws_launch_template: 1,
      aws_security_group: 1,
      aws_vpc_security_group_egress_rule: 1,
    });
  });

  test("looks its account up once", () => {
    expect(Object.keys(alone.data.aws_caller_identity)).toEqual(["training_account_identity"]);
    expect(Object.keys(alone.data.aws_partition)).toEqual(["training_account_partition"]);
  });

  test("has no machine while nothing trains, and the cheapest GPU with 16 GiB while something does", () => {
    expect(alone.only("aws_batch_compute_environment")).toEqual({
      type: "MANAGED",
      state: "ENABLED",
      compute_resources: {
        type: "EC2",
        allocation_strategy: "BEST_FIT_PROGRESSIVE",
        instance_type: ["g4dn.xlarge"],
        instance_role: "${aws_iam_instance_profile.training_node-role_profile.arn}",
        min_vcpus: 0,
        max_vcpus: 4,
        subnets: parts.NETWORK.computeSubnetIds,
        security_group_ids: ["${aws_security_group.training_nodes.id}"],
        ec2_configuration: [{ image_type: "ECS_AL2023_NVIDIA" }],
        launch_template: {
          launch_template_id: "${aws_launch_template.training_template.id}",
          version: "${aws_launch_template.training_template.latest_version}",
        },
      },
      update_policy: { job_execution_timeout_minutes: 60, terminate_jobs_on_update: false },
      lifecycle: { create_before_destroy: true, ignore_changes: ["compute_resources[0].desired_vcpus"] },
      depends_on: ["aws_iam_role_policy_attachment.training_node-role_attachment"],
    });
  });

  test.each<{ props: Partial<TrainingProps>; type: string; vcpus: number; image: string }>([
    { props: { accelerator: Accelerator.NONE }, type: "c7i.large", vcpus: 2, image: "ECS_AL2023" },
    {
      props: { accelerator: Accelerator.A100_80GB, acceleratorsPerNode: 8 },
      type: "p4de.24xlarge",
      vcpus: 96,
      image: "ECS_AL2023_NVIDIA",
    },
    { props: { machineType: "g6e.2xlarge" }, type: "g6e.2xlarge", vcpus: 8, image: "ECS_AL2023_NVIDIA" },
    {
      props: { machineType: "c7i.4xlarge", maxConcurrentRuns: 5 },
      type: "c7i.4xlarge",
      vcpus: 80,
      image: "ECS_AL2023",
    },
  ])("trains on the machine that is asked for: $type", ({ props, type, vcpus, image }) => {
    const asked = training(props);
    expect(machines(asked)).toMatchObject({
      instance_type: [type],
      max_vcpus: vcpus,
      ec2_configuration: [{ image_type: image }],
    });
    expect(made.machine.type).toBe(type);
  });

  test.each<{
    way: string;
    props: Partial<TrainingProps>;
    tried: ("EC2" | "SPOT")[];
    attempts: number;
    template: object;
  }>([
    { way: "on demand", props: {}, tried: ["EC2"], attempts: 3, template: {} },
    { way: "spot", props: { purchase: Purchase.spot() }, tried: ["SPOT"], attempts: 10, template: {} },
    {
      way: "spot, then on demand",
      props: { purchase: Purchase.spot(), spotFallback: true },
      tried: ["SPOT", "EC2"],
      attempts: 10,
      template: {},
    },
    {
      way: "reserved by Savings Plan",
      props: { purchase: Purchase.reserved() },
      tried: ["EC2"],
      attempts: 3,
      template: {},
    },
    {
      way: "reserved by id",
      props: { purchase: Purchase.reserved(RESERVATION) },
      tried: ["EC2"],
      attempts: 3,
      template: {
        capacity_reservation_specification: {
          capacity_reservation_target: { capacity_reservation_id: RESERVATION },
        },
      },
    },
  ])("buys $way", ({ props, tried, attempts, template }) => {
    const bought = training(props);
    const bids = bought
      .list("aws_batch_compute_environment")
      .map(({ compute_resources }) => compute_resources as Arguments)
      .map(({ type, allocation_strategy, bid_percentage }) => [type, allocation_strategy, bid_percentage]);
    const strategies = { EC2: ["BEST_FIT_PROGRESSIVE", undefined], SPOT: ["SPOT_CAPACITY_OPTIMIZED", 100] };
    expect(bids.sort()).toEqual(tried.map((type) => [type, ...strategies[type]]).sort());
    expect(bought.only("aws_batch_job_queue").compute_environment_order).toEqual(
      tried.map((type, i) => ({
        order: i + 1,
        compute_environment: `\${aws_batch_compute_environment.training_${type.toLowerCase()}.arn}`,
      })),
    );
    expect(bought.only("aws_batch_job_definition").retry_strategy).toMatchObject({ attempts });
    const { capacity_reservation_specification } = bought.only("aws_launch_template");
    expect({ capacity_reservation_specification }).toEqual({
      capacity_reservation_specification: undefined,
      ...template,
    });
  });

  test("queues runs, and takes those out that no machine could ever run", () => {
    expect(alone.only("aws_batch_job_queue")).toMatchObject({
      name: "flowers-train",
      state: "ENABLED",
      priority: 1,
      job_state_time_limit_action: [
        {
          action: "CANCEL",
          state: "RUNNABLE",
          max_time_seconds: 600,
          reason: "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
        },
        {
          action: "CANCEL",
          state: "RUNNABLE",
          max_time_seconds: 600,
          reason: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
        },
      ],
    });
  });

  test.each([
    { scratchGib: undefined, gib: 200 },
    { scratchGib: 500, gib: 500 },
  ])("starts hosts with $gib GiB of encrypted disk, and metadata by token and one hop only", ({ scratchGib, gib }) => {
    expect(training({ scratchGib, tags: { team: "vision" } }).only("aws_launch_template")).toEqual({
      name: "flowers-train",
      update_default_version: true,
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 },
      block_device_mappings: [
        {
          device_name: "/dev/xvda",
          ebs: {
            volume_size: gib,
            volume_type: "gp3",
            iops: 4000,
            throughput: 500,
            encrypted: "true",
            kms_key_id: KEY_ARN,
            delete_on_termination: "true",
          },
        },
      ],
      monitoring: { enabled: true },
      tag_specifications: ["instance", "volume"].map((resource_type) => ({
        resource_type,
        tags: { Name: "flowers-train", environment: "flowers", "managed-by": "cdktf-pytorch-vision", team: "vision" },
      })),
    });
  });

  test("with several nodes puts them side by side, in one zone, free to talk to each other", () => {
    expect(machines(twoNodes)).toMatchObject({
      max_vcpus: 24,
      subnets: ["subnet-0123456789abcdef0"],
      placement_group: "${aws_placement_group.training_placement.name}",
    });
    expect(twoNodes.only("aws_placement_group")).toEqual({ name: "flowers-train", strategy: "cluster" });
    const group = "${aws_security_group.training_nodes.id}";
    const amongNodes = {
      security_group_id: group,
      referenced_security_group_id: group,
      description: "Between training nodes",
      ip_protocol: "-1",
    };
    expect(twoNodes.only("aws_vpc_security_group_ingress_rule")).toEqual(amongNodes);
    expect(twoNodes.one("aws_vpc_security_group_egress_rule", "training_nodes_to-self")).toEqual(amongNodes);
  });

  test("lets nothing in, and out only HTTPS", () => {
    expect(alone.all("aws_vpc_security_group_ingress_rule")).toEqual({});
    expect(alone.only("aws_vpc_security_group_egress_rule")).toEqual({
      security_group_id: "${aws_security_group.training_nodes.id}",
      description: "HTTPS to AWS services",
      cidr_ipv4: "0.0.0.0/0",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
  });

  test("says where it is to be found", () => {
    const names = synthesize((stack) => {
      made = parts.training(stack);
    });
    expect(names.only("aws_batch_job_definition").name).toBe("flowers-train");
    expect(made).toMatchObject({
      environmentName: "flowers",
      datasetsUri: "s3://our-datasets/datasets/flowers",
      modelsUri: "s3://our-models/models/flowers",
      nodes: 1,
      multiNode: false,
      maxConcurrentRuns: 1,
      maxRunHours: 24,
    });
  });
});
