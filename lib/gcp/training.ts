import { ComputeNetworkAttachment } from "@cdktf/provider-google/lib/compute-network-attachment";
import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { WorkflowsWorkflow } from "@cdktf/provider-google/lib/workflows-workflow";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { asText, multiply, roundDown } from "../core/arithmetic";
import { TrainingProps as PortableTrainingProps } from "../core/environment-props";
import { tagNeedsRegistry } from "../core/errors";
import { Machine } from "../core/machine";
import { chooseMachine } from "../core/machine-choice";
import { checkEnvironmentName, checkImageTag, nameFor } from "../core/resource-names";
import { TrainingSettings, trainingSettings } from "../core/training-settings";
import { checkProject, checkProjectNumber, checkRegion, underscored } from "./checks";
import { IEncryption } from "./encryption";
import { GcpMachine, MACHINES } from "./machines";
import { INetwork } from "./network";
import { ProjectServices } from "./project-services";
import { IRegistry } from "./registry";
import { SERVICE_ACCOUNT, WORKFLOW } from "./resource-names";
import { agentMember } from "./service-agents";
import { IStorage } from "./storage";
import { Suffix } from "./suffix";
import { trainWorkflow } from "./train-workflow";
import { checkJobVariables, checkTraining, machineSpec, scheduling } from "./training-job";

/** What a `Training` is made from. */
export interface TrainingProps extends PortableTrainingProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** Number of the project. */
  readonly projectNumber: string;

  /** The region to train in, for example `us-central1`. */
  readonly region: string;

  /** Where data sets are read from, and checkpoints and models written to. */
  readonly storage: IStorage;

  /** The key that job disks and the workflow are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * The APIs and agents of the project.
   *
   * @default - they are there already
   */
  readonly services?: ProjectServices;

  /**
   * Where `imageTag` is pulled from.
   *
   * @default - `image` names an address elsewhere
   */
  readonly registry?: IRegistry;

  /**
   * Version of the container in `registry`, without `-cuda` or `-tpu`.
   *
   * @default - nothing was pushed yet: a run says what to push and ends with 64
   */
  readonly imageTag?: string;

  /**
   * A network that jobs are attached to.
   *
   * @default - none: jobs reach Google's services by identity
   */
  readonly network?: INetwork;

  /**
   * Wait for capacity that is cheaper and not interrupted, instead of failing when there is none (Dynamic Workload Scheduler).
   *
   * @default false
   * @see https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws
   */
  readonly flexStart?: boolean;

  /**
   * Hours to wait for capacity with `flexStart`, 1 to 168.
   *
   * @default 24
   */
  readonly flexStartMaxWaitHours?: number;

  /**
   * Refuse to destroy the workflow.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * A queue of training runs on Vertex AI machines that exist only while a run needs them.
 *
 * Terraform knows no training job, so a workflow submits it: it waits for its turn, tries again what was interrupted, and
 * stops what runs for too long. A run resumes from its last checkpoint.
 */
export class Training extends Construct {
  /** Id of the workflow: `projects/<project>/locations/<region>/workflows/<name>`. */
  public readonly workflowId: string;
  /** Name of the workflow. */
  public readonly workflowName: string;
  /** Where data sets lie. */
  public readonly datasetsUri: string;
  /** Where models are published. */
  public readonly modelsUri: string;
  /** What one node is. */
  public readonly machine: Machine;
  /** Number of nodes of a run. */
  public readonly nodes: number;
  /** Number of runs at the same time. */
  public readonly maxConcurrentRuns: number;
  /** Hours after which a run is stopped. */
  public readonly maxRunHours: number;

  private readonly props: TrainingProps;
  private readonly settings: TrainingSettings;

  public constructor(scope: Construct, id: string, props: TrainingProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkProjectNumber(props.projectNumber);
    checkRegion(props.region);
    checkImageTag(props.imageTag);
    this.props = props;
    this.settings = trainingSettings(props);
    const machine = chooseMachine(MACHINES, {
      part: "training",
      cloud: "Google Cloud",
      accelerator: this.settings.accelerator,
      acceleratorCount: this.settings.acceleratorsPerNode,
      machineType: this.settings.machineType,
    });
    checkTraining(this.settings, machine, props);
    this.machine = machine;
    this.nodes = this.settings.nodes;
    this.maxConcurrentRuns = this.settings.maxConcurrentRuns;
    this.maxRunHours = this.settings.maxRunHours;
    this.datasetsUri = `gs://${props.storage.datasetsBucket}/datasets/${props.name}/`;
    this.modelsUri = `gs://${props.storage.modelsBucket}/models/${props.name}/`;

    const train = this.account("train", "training container");
    const workflow = this.account("workflow", "submits training jobs");
    this.grantData(train);
    const { attachment, granted } = props.network ? this.attachment(props.network) : NOT_ATTACHED;
    const { encryption, registry } = props;
    const resource = new WorkflowsWorkflow(this, "Resource", {
      project: props.project,
      name: nameFor(WORKFLOW, props.name, "train"),
      region: props.region,
      description: "Runs one training on Vertex AI",
      serviceAccount: workflow.id,
      cryptoKeyName: encryption.keyId,
      callLogLevel: "LOG_ERRORS_ONLY",
      executionHistoryLevel: "EXECUTION_HISTORY_BASIC",
      deletionProtection: props.deletionProtection ?? true,
      // Its expressions are the workflow's own, not Terraform's.
      sourceContents: trainWorkflow().replace(/[$%]\{/g, (start) => start[0] + start),
      userEnvVars: this.variables(machine, train, attachment),
      dependsOn: [...encryption.ready, ...(registry?.ready ?? []), ...this.grantSubmit(workflow, train), ...granted],
    });
    this.workflowId = resource.id;
    this.workflowName = resource.name;
  }

  private account(suffix: string, what: string): ServiceAccount {
    const { project, name, services } = this.props;
    return new ServiceAccount(this, `${suffix}-account`, {
      project,
      accountId: nameFor(SERVICE_ACCOUNT, name, suffix),
      displayName: `${name}: ${what}`,
      dependsOn: services?.ready,
    });
  }

  private grantData(train: ServiceAccount): void {
    const { project, storage } = this.props;
    const seeding = this.settings.environment.ML_SEED_DATASET === "1";
    new StorageBucketIamMember(this, "train-datasets", {
      bucket: storage.datasetsBucket,
      role: seeding ? "roles/storage.objectUser" : "roles/storage.objectViewer",
      member: train.member,
    });
    new StorageBucketIamMember(this, "train-models", {
      bucket: storage.modelsBucket,
      role: "roles/storage.objectUser",
      member: train.member,
    });
    // Without it a crash leaves no line in the log.
    new ProjectIamMember(this, "train-logs", { project, role: "roles/logging.logWriter", member: train.member });
  }

  private grantSubmit(workflow: ServiceAccount, train: ServiceAccount): ITerraformDependable[] {
    const { project, projectNumber, name, services } = this.props;
    const role = new ProjectIamCustomRole(this, "submitter", {
      project,
      // The id of a deleted role stays taken for weeks.
      roleId: `${underscored(name)}_submitter_${Suffix.of(this)}`,
      title: `${name}: submit Vertex AI custom jobs`,
      permissions: SUBMIT,
      dependsOn: services?.ready,
    });
    const { member } = workflow;
    return [
      new ProjectIamMember(this, "workflow-submit", { project, role: role.id, member }),
      new ProjectIamMember(this, "workflow-logs", { project, role: "roles/logging.logWriter", member }),
      new ServiceAccountIamMember(this, "workflow-acts-as-train", {
        serviceAccountId: train.name,
        role: "roles/iam.serviceAccountUser",
        member,
      }),
      // The agent's role in the project gives it this too, where it got that role.
      new ServiceAccountIamMember(this, "vertex-runs-as-train", {
        serviceAccountId: train.name,
        role: "roles/iam.serviceAccountTokenCreator",
        member: agentMember("aiplatform", projectNumber),
        dependsOn: services?.agentsReady,
      }),
    ];
  }

  /** The jobs' leg in a network, and the right of Vertex AI to use it. */
  private attachment(network: INetwork): { attachment: string; granted: ITerraformDependable[] } {
    const { project, projectNumber, name, region, services } = this.props;
    const attachment = new ComputeNetworkAttachment(this, "attachment", {
      project,
      name: `${name}-training`,
      region,
      subnetworks: [network.subnetworkId],
      connectionPreference: "ACCEPT_MANUAL",
      // Vertex AI adds its own project.
      lifecycle: { ignoreChanges: ["producer_accept_lists"] },
    });
    const role = new ProjectIamCustomRole(this, "attacher", {
      project,
      roleId: `${underscored(name)}_attacher_${Suffix.of(this)}`,
      title: `${name}: attach Vertex AI jobs to the network`,
      permissions: ATTACH,
      dependsOn: services?.ready,
    });
    const grant = new ProjectIamMember(this, "vertex-attaches", {
      project,
      role: role.id,
      member: agentMember("aiplatform", projectNumber),
      dependsOn: services?.agentsReady,
    });
    return { attachment: attachment.id, granted: [grant] };
  }

  private variables(machine: GcpMachine, train: ServiceAccount, attachment: string): { [name: string]: string } {
    const { name, region, encryption, storage } = this.props;
    const { nodes, maxConcurrentRuns, maxRunHours, scratchGib, purchase } = this.settings;
    const image = this.image(machine);
    const environment = {
      ML_CLOUD: "gcp",
      ML_ROLE: "train",
      ML_DATASET_URI: this.datasetsUri,
      ML_OUTPUT_URI: `gs://${storage.modelsBucket}`,
      ML_MODEL_URI: this.modelsUri,
      // A driver that does not fit must fail, not train on the CPU at the price of a GPU.
      ...(machine.spec.acceleratorType === undefined ? {} : { ML_DEVICE: "cuda" }),
      ...this.settings.environment,
    };
    checkJobVariables(environment);
    return {
      ENVIRONMENT: name,
      MACHINE: JSON.stringify(machineSpec(machine, purchase)),
      DISK: JSON.stringify({ bootDiskType: machine.bootDiskType, bootDiskSizeGb: scratchGib }),
      NODES: asText(nodes),
      ENV: JSON.stringify(environment),
      SCHEDULING: JSON.stringify(scheduling(purchase, this.props)),
      RUN_SECONDS: asText(roundDown(multiply(maxRunHours, 3600))),
      MAX_CONCURRENT_RUNS: asText(maxConcurrentRuns),
      SERVICE_ACCOUNT: train.email,
      KMS_KEY: encryption.keyId,
      VERTEX_URL: `https://${region}-aiplatform.googleapis.com/v1`,
      EXECUTIONS_URL: "https://workflowexecutions.googleapis.com/v1",
      // Never an empty value: the API refuses it, the workflow reads what is absent as empty.
      ...(image === undefined ? {} : { IMAGE: image }),
      ...(attachment === "" ? {} : { NETWORK_ATTACHMENT: attachment }),
    };
  }

  private image(machine: GcpMachine): string | undefined {
    const { image, imageTag, registry } = this.props;
    if (image !== undefined || imageTag === undefined) return image;
    if (!registry) throw tagNeedsRegistry(imageTag);
    return `${registry.repositoryUrl}:${imageTag}-${machine.spec.tpuTopology === undefined ? "cuda" : "tpu"}`;
  }
}

const NOT_ATTACHED = { attachment: "", granted: [] };

const SUBMIT = [
  "aiplatform.customJobs.cancel",
  "aiplatform.customJobs.create",
  "aiplatform.customJobs.get",
  "aiplatform.customJobs.list",
  "workflows.executions.list",
];

// What Vertex AI calls, in place of compute.networkAdmin.
const ATTACH = ["compute.networkAttachments.get", "compute.networkAttachments.update", "compute.regionOperations.get"];
