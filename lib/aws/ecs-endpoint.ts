import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Construct } from "constructs";
import { asText, atLeast, multiply, roundDown } from "../core/arithmetic";
import { PLACEHOLDER_SERVER } from "../core/placeholder";
import { CONTAINER_PORT, CONTAINER_USER, HEALTH_PATH } from "../core/workload-contract";
import { Account } from "./account";
import { awslogs, containerMemoryMib, environmentOf } from "./container";
import { PLACEHOLDER_IMAGE } from "./container-image";
import { EndpointProps, serveStatements, serveVariables } from "./endpoint";
import { GpuHosts } from "./gpu-hosts";
import { IntegrationTarget } from "./http-api";
import { allow, ServiceRole } from "./iam";
import { LoadBalancer } from "./load-balancer";
import { AwsMachine } from "./machines";
import { EndpointMetrics } from "./metrics";
import { INetwork } from "./network";
import { ReplicaScaling } from "./replica-scaling";
import { SecurityGroup } from "./security-group";

export interface EcsEndpointProps extends EndpointProps {
  readonly network: INetwork;
  readonly latencyP95Ms: number;
  readonly deletionProtection: boolean;
  readonly certificateArn?: string;
  readonly certificateDomain?: string;
  readonly tags?: { [key: string]: string };
  /** The hosts' machine of a GPU endpoint; unset: Fargate. */
  readonly host?: AwsMachine;
}

/** An ECS service behind an internal load balancer: on Fargate, or on hosts with GPUs. */
export class EcsEndpoint extends Construct {
  public readonly url: string;
  public readonly loadBalancerDnsName: string;
  /** How an HTTP API reaches it; unset when only the network does. */
  public readonly target?: IntegrationTarget;
  public readonly metrics: EndpointMetrics;

  private readonly props: EcsEndpointProps;
  private readonly account: Account;
  private readonly cluster: EcsCluster;
  private readonly service: EcsService;

  public constructor(scope: Construct, id: string, props: EcsEndpointProps) {
    super(scope, id);
    this.props = props;
    this.account = Account.of(this);
    const { name, network, settings, certificateArn, certificateDomain } = props;
    const tasks = new SecurityGroup(this, "tasks", {
      name: `${name}-serve`,
      description: "Inference tasks",
      vpcId: network.vpcId,
    });
    tasks.allowToServices(network, props.privateNetwork, props.region);
    const balancer = new LoadBalancer(this, "load-balancer", {
      name,
      network,
      logsBucket: props.storage.logsBucket,
      tasks,
      behindApi: settings.access.kind !== "privateOnly",
      certificateArn,
      certificateDomain,
      deletionProtection: props.deletionProtection,
    });
    this.cluster = this.ecsCluster();
    this.service = this.ecsService(balancer, tasks);
    new ReplicaScaling(this, "scaling", {
      name,
      clusterName: this.cluster.name,
      serviceName: this.service.name,
      minReplicas: settings.minReplicas,
      maxReplicas: settings.maxReplicas,
      concurrency: settings.concurrency,
      latencyP95Ms: props.latencyP95Ms,
      resourceLabel: `${balancer.arnSuffix}/${balancer.targetGroupArnSuffix}`,
      onCpu: !settings.hasGpu,
    });

    this.url = certificateDomain === undefined ? `http://${balancer.dnsName}` : `https://${certificateDomain}`;
    this.loadBalancerDnsName = balancer.dnsName;
    this.target = balancer.target;
    this.metrics = {
      namespace: "AWS/ApplicationELB",
      dimensions: { LoadBalancer: balancer.arnSuffix },
      requests: "RequestCount",
      errors: "HTTPCode_Target_5XX_Count",
      refused: "HTTPCode_ELB_5XX_Count",
      latency: "TargetResponseTime",
      // In seconds.
      latencyUnitMs: 1000,
      targetGroup: balancer.targetGroupArnSuffix,
      service: { cluster: this.cluster.name, name: this.service.name },
    };
  }

  /** Takes a deployment back when the alarm goes off while it runs. */
  public rollBackOn(alarmName: string): void {
    this.service.putAlarms({ alarmNames: [alarmName], enable: true, rollback: true });
  }

  private ecsCluster(): EcsCluster {
    const { name, encryption, logs, settings } = this.props;
    return new EcsCluster(this, "cluster", {
      // By kind: a capacity provider that is in use cannot leave its cluster.
      name: `${name}-${settings.hasGpu ? "gpu" : "cpu"}`,
      setting: [{ name: "containerInsights", value: "enabled" }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: encryption.keyArn,
          logging: "OVERRIDE",
          logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: logs.name },
        },
      },
    });
  }

  private ecsService(balancer: LoadBalancer, tasks: SecurityGroup): EcsService {
    const { name, network, settings } = this.props;
    const capacityProvider = this.capacityProvider();
    const strategy = { capacityProvider, weight: 1 };
    const providers = new EcsClusterCapacityProviders(this, "capacity", {
      clusterName: this.cluster.name,
      capacityProviders: [capacityProvider],
      defaultCapacityProviderStrategy: [strategy],
    });
    const execution = this.executionRole();
    return new EcsService(this, "Resource", {
      name: `${name}-serve`,
      cluster: this.cluster.id,
      taskDefinition: this.taskDefinition(execution).arn,
      desiredCount: settings.minReplicas,
      healthCheckGracePeriodSeconds: 180,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      enableExecuteCommand: false,
      availabilityZoneRebalancing: "ENABLED",
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      // Without an image, or a model, the first deployment is no failure.
      waitForSteadyState: false,
      forceDelete: true,
      capacityProviderStrategy: [strategy],
      networkConfiguration: {
        // A task's own interface on an EC2 host never gets a public address.
        subnets: settings.hasGpu ? network.privateSubnetIds : network.computeSubnetIds,
        securityGroups: [tasks.id],
        assignPublicIp: !settings.hasGpu && network.publicAddresses,
      },
      loadBalancer: [
        { targetGroupArn: balancer.targetGroupArn, containerName: "serve", containerPort: CONTAINER_PORT },
      ],
      deploymentCircuitBreaker: { enable: true, rollback: true },
      lifecycle: { ignoreChanges: ["desired_count"] },
      dependsOn: [balancer.listener, providers, ...(execution.policy ? [execution.policy] : [])],
    });
  }

  private capacityProvider(): string {
    const { host, settings } = this.props;
    if (!host) return "FARGATE";
    return new GpuHosts(this, "hosts", {
      ...this.props,
      machine: host,
      maxReplicas: settings.maxReplicas,
      cluster: this.cluster,
      clusterName: `${this.props.name}-gpu`,
    }).capacityProviderName;
  }

  private executionRole(): ServiceRole {
    const { name, region, encryption, image, key, logs } = this.props;
    return new ServiceRole(this, "execution-role", {
      name,
      region,
      suffix: "serve-execution",
      service: "ecs-tasks.amazonaws.com",
      statements: [
        ...image.pullStatements(),
        allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logs.arn}:*`),
        ...(key
          ? [
              allow("ApiKey", ["secretsmanager:GetSecretValue"], key.arn),
              allow("ApiKeyKey", ["kms:Decrypt"], encryption.keyArn),
            ]
          : []),
      ],
    });
  }

  private taskDefinition(execution: ServiceRole): EcsTaskDefinition {
    const { name, region, settings, machine } = this.props;
    // The ECS agent keeps one vCPU of a GPU host; the task gets the rest.
    const vcpus = settings.hasGpu ? machine.vcpus - 1 : settings.vcpus;
    const memoryMib = settings.hasGpu ? containerMemoryMib(machine) : multiply(machine.memoryGib, 1024);
    const task = new ServiceRole(this, "task-role", {
      name,
      region,
      suffix: "serve-task",
      service: "ecs-tasks.amazonaws.com",
      statements: serveStatements(this.account, this.props),
    });
    return new EcsTaskDefinition(this, "task", {
      family: `${name}-serve`,
      requiresCompatibilities: [settings.hasGpu ? "EC2" : "FARGATE"],
      networkMode: "awsvpc",
      cpu: asText(multiply(vcpus, 1024)),
      memory: asText(memoryMib),
      executionRoleArn: execution.arn,
      taskRoleArn: task.arn,
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      containerDefinitions: JSON.stringify([this.container(vcpus)]),
      volume: [{ name: "tmp" }],
    });
  }

  private container(vcpus: number) {
    const { region, settings, image, key, logs, machine } = this.props;
    const variables = {
      ...serveVariables(this.props),
      AWS_DEFAULT_REGION: region,
      ML_CPU_THREADS: asText(atLeast(1, roundDown(vcpus))),
      ...settings.environment,
    };
    const health = `import urllib.request as u; u.urlopen('http://127.0.0.1:${CONTAINER_PORT}${HEALTH_PATH}', timeout=4)`;
    return {
      name: "serve",
      image: image.uri ?? PLACEHOLDER_IMAGE,
      essential: true,
      command: image.uri === undefined ? ["python", "-c", PLACEHOLDER_SERVER] : ["serve"],
      readonlyRootFilesystem: true,
      user: String(CONTAINER_USER),
      portMappings: [{ containerPort: CONTAINER_PORT, hostPort: CONTAINER_PORT, protocol: "tcp" }],
      environment: environmentOf(variables),
      // Python, which both images have; a slim one has no curl.
      healthCheck: { command: ["CMD", "python", "-c", health], interval: 30, timeout: 5, retries: 3, startPeriod: 60 },
      logConfiguration: awslogs(logs.name, region, "serve"),
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
      stopTimeout: 30,
      systemControls: [],
      volumesFrom: [],
      ...(key ? { secrets: [{ name: "ML_API_KEY", valueFrom: key.arn }] } : {}),
      ...(settings.hasGpu ? { resourceRequirements: [{ type: "GPU", value: String(machine.acceleratorCount) }] } : {}),
    };
  }
}
