import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { add } from "../core/arithmetic";
import { nameFor } from "../core/resource-names";
import { environmentTags } from "../core/tags";
import { IEncryption } from "./encryption";
import { HostTemplate } from "./host-template";
import { ContainerInstanceRole } from "./iam";
import { AwsMachine } from "./machines";
import { INetwork } from "./network";
import { CAPACITY_PROVIDER } from "./resource-names";
import { SecurityGroup } from "./security-group";

export interface GpuHostsProps {
  readonly name: string;
  readonly region: string;
  readonly network: INetwork;
  readonly encryption: IEncryption;
  readonly privateNetwork: boolean;
  readonly machine: AwsMachine;
  readonly maxReplicas: number;
  readonly cluster: EcsCluster;
  readonly clusterName: string;
  readonly tags?: { [key: string]: string };
}

/** EC2 machines with GPUs, one for each replica, started and stopped by ECS as the service needs them. */
export class GpuHosts extends Construct {
  public readonly capacityProviderName: string;

  public constructor(scope: Construct, id: string, props: GpuHostsProps) {
    super(scope, id);
    const { name, region, network, encryption } = props;
    const group = new SecurityGroup(this, "group", {
      name: `${name}-serve-host`,
      description: "GPU hosts",
      vpcId: network.vpcId,
    });
    group.allowToServices(network, props.privateNetwork, region);
    const role = new ContainerInstanceRole(this, "role", { name, region, suffix: "serve-node" });
    const template = new HostTemplate(this, "template", {
      name,
      suffix: "serve",
      encryption,
      tags: props.tags,
      volume: { sizeGib: 100 },
      more: {
        imageId: "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id",
        instanceType: props.machine.type,
        vpcSecurityGroupIds: [group.id],
        iamInstanceProfile: { arn: role.instanceProfileArn },
        userData: ecsConfig(props.clusterName),
      },
    });
    const autoscaling = new AutoscalingGroup(this, "Resource", {
      name: `${name}-serve`,
      minSize: 0,
      // One spare host for a rolling deployment: the new task starts before the old one stops.
      maxSize: add(props.maxReplicas, 1),
      vpcZoneIdentifier: network.privateSubnetIds,
      healthCheckType: "EC2",
      healthCheckGracePeriod: 300,
      protectFromScaleIn: true,
      forceDelete: true,
      waitForCapacityTimeout: "0",
      // New AMIs never show in a plan: this is how hosts get them.
      maxInstanceLifetime: 30 * 24 * 3600,
      enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances"],
      launchTemplate: { id: template.id, version: template.latestVersion },
      instanceRefresh: {
        strategy: "Rolling",
        preferences: {
          minHealthyPercentage: 100,
          maxHealthyPercentage: 200,
          // Every host is protected: without this none is ever replaced.
          scaleInProtectedInstances: "Refresh",
          instanceWarmup: "300",
        },
      },
      tag: Object.entries({ AmazonECSManaged: "true", ...environmentTags(name, props.tags) }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      lifecycle: { ignoreChanges: ["desired_capacity"] },
      dependsOn: [props.cluster, role.attachment],
    });
    this.capacityProviderName = new EcsCapacityProvider(this, "provider", {
      name: nameFor(CAPACITY_PROVIDER, name, "gpu"),
      autoScalingGroupProvider: {
        autoScalingGroupArn: autoscaling.arn,
        managedTerminationProtection: "ENABLED",
        managedDraining: "ENABLED",
        managedScaling: {
          status: "ENABLED",
          targetCapacity: 100,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: 2,
          instanceWarmupPeriod: 300,
        },
      },
    }).name;
  }
}

/** Joined by Terraform from plain lines: a script inside a function call would be broken HCL, and the name may be a token. */
function ecsConfig(clusterName: string): string {
  return Fn.base64encode(
    Fn.join("\n", [
      "#!/bin/bash",
      "cat >> /etc/ecs/ecs.config <<EOF",
      `ECS_CLUSTER=${clusterName}`,
      "ECS_ENABLE_GPU_SUPPORT=true",
      "ECS_AWSVPC_BLOCK_IMDS=true",
      "EOF",
      "",
    ]),
  );
}
