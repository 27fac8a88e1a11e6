import { BatchComputeEnvironment } from "@cdktf/provider-aws/lib/batch-compute-environment";
import { BatchJobDefinition } from "@cdktf/provider-aws/lib/batch-job-definition";
import { BatchJobQueue } from "@cdktf/provider-aws/lib/batch-job-queue";
import { PlacementGroup } from "@cdktf/provider-aws/lib/placement-group";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { multiply, roundDown } from "../core/arithmetic";
import { TrainingProps as PortableTrainingProps } from "../core/environment-props";
import { mustBe } from "../core/errors";
import { Machine } from "../core/machine";
import { chooseMachine } from "../core/machine-choice";
import { placeholderTraining } from "../core/placeholder";
import { checkEnvironmentName } from "../core/resource-names";
import { TrainingSettings, trainingSettings } from "../core/training-settings";
import { checkPattern } from "../core/validation";
import { EXIT_STATUS } from "../core/workload-contract";
import { Account } from "./account";
import { checkRegion } from "./checks";
import { awslogs, containerMemoryMib, environmentOf } from "./container";
import { ContainerImage, PLACEHOLDER_IMAGE } from "./container-image";
import { IEncryption } from "./encryption";
import { HostTemplate } from "./host-template";
import { allow, ContainerInstanceRole, ServiceRole, Statement } from "./iam";
import { LogGroup } from "./log-group";
import { AwsMachine, MACHINES } from "./machines";
import { metricsNamespace } from "./metrics";
import { INetwork } from "./network";
import { IRegistry } from "./registry";
import { SecurityGroup } from "./security-group";
import { IStorage } from "./storage";

/** What a `Training` is made from. */
export interface TrainingProps extends PortableTrainingProps {
  /** The environment's name. */
  readonly name: string;

  /** The region to train in, for example `us-east-1`. */
  readonly region: string;

  /** Where training nodes start. */
  readonly network: INetwork;

  /** Where data sets are read from, and checkpoints and models written to. */
  readonly storage: IStorage;

  /** The key that the buckets, the nodes' disks and the logs are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * Where `imageTag` is pulled from.
   *
   * @default - `image` names an address elsewhere
   */
  readonly registry?: IRegistry;

  /**
   * Version of the container in `registry`, without `-cuda`.
   *
   * @default - nothing was pushed yet: a run says what to push and ends with 64
   */
  readonly imageTag?: string;

  /**
   * With `Purchase.spot()`: go on with on-demand machines when there is no spot capacity.
   *
   * @default false
   */
  readonly spotFallback?: boolean;

  /**
   * The network has no route out: reach the cloud's services by their endpoints only.
   *
   * @default false
   */
  readonly privateNetwork?: boolean;

  /**
   * Days for which logs are kept.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;

  /**
   * Tags for the machines and disks that are started for a run.
   *
   * @default - `environment` and `managed-by` only
   */
  readonly tags?: { [key: string]: string };
}

/**
 * A queue of training runs on EC2 machines that exist only while a run needs them.
 *
 * AWS Batch starts the container with the environment's data and model addresses, tries again what was interrupted, and
 * stops what runs for too long. A run resumes from its last checkpoint.
 */
export class Training extends Construct {
  /** ARN of the AWS Batch job queue. */
  public readonly jobQueueArn: string;
  /** Name of the AWS Batch job queue. */
  public readonly jobQueueName: string;
  /** Name of the AWS Batch job definition; without a revision it means the newest one. */
  public readonly jobDefinitionName: string;
  /** ARN of the AWS Batch job definition without its revision. */
  public readonly jobDefinitionArnPrefix: string;
  /** Name of the log group of the runs. */
  public readonly logGroupName: string;
  /** Where data sets lie. */
  public readonly datasetsUri: string;
  /** Where models are published. */
  public readonly modelsUri: string;
  /** What one node is. */
  public readonly machine: Machine;
  /** Number of nodes of a run. */
  public readonly nodes: number;
  /** Whether a run may use several nodes. */
  public readonly multiNode: boolean;
  /** Number of runs at the same time. */
  public readonly maxConcurrentRuns: number;
  /** Hours after which a run is stopped. */
  public readonly maxRunHours: number;
  /** Name of the environment, which is in every other name. */
  public readonly environmentName: string;

  private readonly props: TrainingProps;
  private readonly settings: TrainingSettings;
  private readonly image: ContainerImage;
  private readonly account: Account;

  public constructor(scope: Construct, id: string, props: TrainingProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    this.props = props;
    this.account = Account.of(this);
    this.settings = trainingSettings(props);
    this.image = new ContainerImage({ ...props, flavour: "cuda" });
    const machine = chooseMachine(MACHINES, {
      part: "training",
      cloud: "AWS",
      accelerator: this.settings.accelerator,
      acceleratorCount: this.settings.acceleratorsPerNode,
      machineType: this.settings.machineType,
      hint: this.settings.accelerator?.kind === "tpu" ? "TPUs are on Google Cloud only;" : undefined,
    });
    this.environmentName = props.name;
    this.machine = machine;
    this.nodes = this.settings.nodes;
    this.multiNode = Token.isUnresolved(this.nodes) || this.nodes > 1;
    this.maxConcurrentRuns = this.settings.maxConcurrentRuns;
    this.maxRunHours = this.settings.maxRunHours;
    this.datasetsUri = `s3://${props.storage.datasetsBucket}/datasets/${props.name}`;
    this.modelsUri = `s3://${props.storage.modelsBucket}/models/${props.name}`;
    checkPurchase(this.settings, props);

    const logs = new LogGroup(this, "logs", {
      name: `/${props.name}/train`,
      encryption: props.encryption,
      retentionDays: props.logRetentionDays,
    });
    this.logGroupName = logs.name;
    const queue = this.jobQueue(this.computeEnvironments(machine));
    const definition = this.jobDefinition(machine, logs);
    this.jobQueueArn = queue.arn;
    this.jobQueueName = queue.name;
    this.jobDefinitionName = definition.name;
    this.jobDefinitionArnPrefix = definition.arnPrefix;
  }

  private computeEnvironments(machine: AwsMachine): BatchComputeEnvironment[] {
    const { name, region, network, encryption, privateNetwork, spotFallback, tags } = this.props;
    const { purchase, nodes, maxConcurrentRuns, scratchGib } = this.settings;
    const group = new SecurityGroup(this, "nodes", {
      name: `${name}-train`,
      description: "Training nodes",
      vpcId: network.vpcId,
    });
    group.allowToServices(network, privateNetwork ?? false, region);
    if (this.multiNode) group.allowAmongMembers("Between training nodes");

    const role = new ContainerInstanceRole(this, "node-role", { name, region, suffix: "train-node" });
    const template = new HostTemplate(this, "template", {
      name,
      suffix: "train",
      encryption,
      tags,
      // Checkpoints and shards are written and read at once: more than the 3000 and 125 that gp3 starts with.
      volume: { sizeGib: scratchGib, iops: 4000, throughput: 500 },
      more:
        purchase.reservationId === undefined
          ? undefined
          : {
              capacityReservationSpecification: {
                capacityReservationTarget: { capacityReservationId: purchase.reservationId },
              },
            },
    });
    // Nodes of one run talk to each other all the time: side by side, in one zone.
    const placement = this.multiNode
      ? new PlacementGroup(this, "placement", { name: `${name}-train`, strategy: "cluster" })
      : undefined;

    return capacityTypes(purchase.kind, spotFallback ?? false).map(
      (type) =>
        new BatchComputeEnvironment(this, type.toLowerCase(), {
          type: "MANAGED",
          state: "ENABLED",
          computeResources: {
            type,
            allocationStrategy: type === "SPOT" ? "SPOT_CAPACITY_OPTIMIZED" : "BEST_FIT_PROGRESSIVE",
            bidPercentage: type === "SPOT" ? 100 : undefined,
            instanceType: [machine.type],
            instanceRole: role.instanceProfileArn,
            minVcpus: 0,
            maxVcpus: multiply(machine.vcpus, nodes, maxConcurrentRuns),
            subnets: this.multiNode ? [firstOf(network.computeSubnetIds)] : network.computeSubnetIds,
            securityGroupIds: [group.id],
            placementGroup: placement?.name,
            ec2Configuration: [{ imageType: machine.acceleratorCount > 0 ? "ECS_AL2023_NVIDIA" : "ECS_AL2023" }],
            launchTemplate: { launchTemplateId: template.id, version: template.latestVersion },
          },
          updatePolicy: { jobExecutionTimeoutMinutes: 60, terminateJobsOnUpdate: false },
          // A queue blocks the removal of what it points at: the new one first.
          lifecycle: { createBeforeDestroy: true, ignoreChanges: ["compute_resources[0].desired_vcpus"] },
          dependsOn: [role.attachment],
        }),
    );
  }

  private jobQueue(computeEnvironments: BatchComputeEnvironment[]): BatchJobQueue {
    return new BatchJobQueue(this, "queue", {
      name: `${this.props.name}-train`,
      state: "ENABLED",
      priority: 1,
      computeEnvironmentOrder: computeEnvironments.map(({ arn }, i) => ({ order: i + 1, computeEnvironment: arn })),
      // A job that no machine of the environment could ever run must not hold up the others.
      jobStateTimeLimitAction: [
        "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
        "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
      ].map((reason) => ({ action: "CANCEL", maxTimeSeconds: 600, reason, state: "RUNNABLE" })),
    });
  }

  private jobDefinition(machine: AwsMachine, logs: LogGroup): BatchJobDefinition {
    const container = this.containerProperties(machine, logs);
    const { nodes, purchase, maxRunHours } = this.settings;
    const nodeProperties = {
      mainNode: 0,
      numNodes: nodes,
      nodeRangeProperties: [{ targetNodes: "0:", container: { ...container, instanceType: machine.type } }],
    };
    return new BatchJobDefinition(this, "Resource", {
      name: `${this.props.name}-train`,
      type: this.multiNode ? "multinode" : "container",
      platformCapabilities: ["EC2"],
      ...(this.multiNode
        ? { nodeProperties: JSON.stringify(nodeProperties) }
        : { containerProperties: JSON.stringify(container), propagateTags: true }),
      retryStrategy: {
        attempts: purchase.kind === "spot" ? 10 : 3,
        evaluateOnExit: [
          { action: "EXIT", onExitCode: String(EXIT_STATUS.invalid) },
          { action: "RETRY", onExitCode: "*" },
        ],
      },
      timeout: { attemptDurationSeconds: roundDown(multiply(maxRunHours, 3600)) },
    });
  }

  private containerProperties(machine: AwsMachine, logs: LogGroup) {
    const { name, region, registry } = this.props;
    const requirements = [
      ...(machine.acceleratorCount > 0 ? [{ type: "GPU", value: String(machine.acceleratorCount) }] : []),
      { type: "VCPU", value: String(machine.vcpus) },
      { type: "MEMORY", value: String(containerMemoryMib(machine)) },
    ];
    const waiting = placeholderTraining(registry?.repositoryUrl ?? "a registry");
    return {
      image: this.image.uri ?? PLACEHOLDER_IMAGE,
      // The image's ENTRYPOINT stays: Batch cannot override it. The run's id is the job's, which the container reads itself.
      command: this.image.uri === undefined ? ["python", "-c", waiting] : ["train"],
      jobRoleArn: this.jobRole().arn,
      executionRoleArn: new ServiceRole(this, "execution-role", {
        name,
        region,
        suffix: "train-execution",
        service: "ecs-tasks.amazonaws.com",
        statements: [
          ...this.image.pullStatements(),
          allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logs.arn}:*`),
        ],
      }).arn,
      environment: environmentOf(this.variables(machine)),
      privileged: false,
      resourceRequirements: requirements,
      linuxParameters: { sharedMemorySize: Math.min(16384, machine.memoryGib * 256) },
      logConfiguration: awslogs(logs.name, region, "train"),
    };
  }

  private variables(machine: AwsMachine): { [name: string]: string } {
    return {
      // botocore reads this one and not AWS_REGION.
      AWS_DEFAULT_REGION: this.props.region,
      ML_CLOUD: "aws",
      ML_ROLE: "train",
      ML_DATASET_URI: this.datasetsUri,
      ML_OUTPUT_URI: `s3://${this.props.storage.modelsBucket}`,
      ML_MODEL_URI: this.modelsUri,
      ML_METRICS_NAMESPACE: metricsNamespace(this.props.name),
      // A driver that does not fit must fail, not train on the CPU at the price of a GPU.
      ...(machine.acceleratorCount > 0 ? { ML_DEVICE: "cuda" } : {}),
      ...this.settings.environment,
    };
  }

  private jobRole(): ServiceRole {
    const { name, region, storage, encryption } = this.props;
    const datasets = (path?: string): string => this.account.bucketArn(storage.datasetsBucket, path);
    const models = (path?: string): string => this.account.bucketArn(storage.modelsBucket, path);
    const seeding = this.settings.environment.ML_SEED_DATASET === "1";
    const statements: Statement[] = [
      allow("List", ["s3:ListBucket"], [datasets(), models()]),
      allow("Datasets", ["s3:GetObject", ...(seeding ? ["s3:PutObject"] : [])], datasets("datasets/*")),
      allow(
        "Models",
        ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
        [models("models/*"), models("runs/*")],
      ),
      allow("DropOldCheckpoints", ["s3:DeleteObject"], models("runs/*")),
      allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], encryption.keyArn),
    ];
    return new ServiceRole(this, "job-role", {
      name,
      region,
      suffix: "train-job",
      service: "ecs-tasks.amazonaws.com",
      statements,
    });
  }
}

function firstOf(ids: string[]): string {
  return Token.isUnresolved(ids) ? Fn.element(ids, 0) : ids[0];
}

/** Compute environments in the order in which the queue tries them. */
function capacityTypes(purchase: string, spotFallback: boolean): ("SPOT" | "EC2")[] {
  if (purchase !== "spot") return ["EC2"];
  return spotFallback ? ["SPOT", "EC2"] : ["SPOT"];
}

function checkPurchase({ purchase, nodes }: TrainingSettings, { spotFallback, network }: TrainingProps): void {
  const several = !Token.isUnresolved(nodes) && nodes > 1;
  if (purchase.kind === "spot" && several) {
    const fix = "AWS Batch runs multi-node jobs on on-demand or reserved capacity only";
    throw mustBe("training.nodes", "1 with Purchase.spot()", nodes, fix);
  }
  if (several && network.publicAddresses) {
    const fix = "nodes that talk to each other get no public address; set natGateways to 1 or 2";
    throw mustBe("training.nodes", "1 with natGateways 0", nodes, fix);
  }
  if (spotFallback && purchase.kind !== "spot") {
    throw mustBe("spotFallback", "unset without Purchase.spot()", spotFallback, "only spot capacity needs a fallback");
  }
  checkPattern(
    "training.purchase",
    purchase.reservationId,
    /^cr-[0-9a-f]{8,17}$/,
    "reserved with the id of a capacity reservation",
    'for example Purchase.reserved("cr-0123456789abcdef0")',
  );
}
