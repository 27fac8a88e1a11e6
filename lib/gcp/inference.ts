import { CloudRunV2Service } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Fn, ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { asText, atLeast } from "../core/arithmetic";
import { InferenceProps as PortableInferenceProps } from "../core/environment-props";
import { tagNeedsRegistry } from "../core/errors";
import { InferenceSettings, inferenceSettings } from "../core/inference-settings";
import { Machine } from "../core/machine";
import { PLACEHOLDER_SERVER } from "../core/placeholder";
import { checkEnvironmentName, checkImageTag, nameFor } from "../core/resource-names";
import { CONTAINER_PORT, HEALTH_PATH, READY_PATH } from "../core/workload-contract";
import { checkProject, checkProjectNumber, checkRegion } from "./checks";
import { checkReplica, replicaMachine } from "./cloud-run-replica";
import { IEncryption } from "./encryption";
import { CloudRunGpu } from "./machines";
import { INetwork } from "./network";
import { ProjectServices } from "./project-services";
import { IRegistry } from "./registry";
import { CLOUD_RUN_SERVICE, SERVICE_ACCOUNT } from "./resource-names";
import { agentMember } from "./service-agents";
import { IStorage } from "./storage";

/** What an `Inference` is made from. */
export interface InferenceProps extends PortableInferenceProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** Number of the project. */
  readonly projectNumber: string;

  /** The region to serve from, for example `us-central1`. */
  readonly region: string;

  /** Where models are read from. */
  readonly storage: IStorage;

  /** The key that the service and the bearer key are encrypted with. */
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
   * Version of the container in `registry`, without `-cpu` or `-cuda`.
   *
   * @default - nothing was pushed yet: `/predict` answers 503 `waiting_for_image`
   */
  readonly imageTag?: string;

  /**
   * A network that replicas are attached to.
   *
   * @default - none: replicas reach Google's services by identity
   */
  readonly network?: INetwork;

  /**
   * Who may call, as members of IAM (`user:`, `group:`, `serviceAccount:`, `domain:`), besides the bearer key.
   *
   * Callers then send their identity token in `X-Serverless-Authorization`. Needed where an organization policy enforces it.
   *
   * @default - the bearer key alone
   */
  readonly invokers?: string[];

  /**
   * The network has no route out: the endpoint is private unless `access` says otherwise.
   *
   * @default false
   */
  readonly privateNetwork?: boolean;

  /**
   * Refuse to destroy the service and the bearer key.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Labels for what Cloud Run starts, besides those of the service.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };
}

/** The endpoint that answers predictions: a Cloud Run service, on CPU or with one GPU a replica, both down to zero. */
export class Inference extends Construct {
  /** Base address, without a slash at the end. */
  public readonly endpointUrl: string;
  /** Name of the Cloud Run service. */
  public readonly serviceName: string;
  /** Name of the secret that holds the bearer key; unset when there is none. */
  public readonly apiKeySecretName?: string;
  /** What one replica is. */
  public readonly machine: Machine;
  /** Replicas that are always on. */
  public readonly minReplicas: number;
  /** Replicas under full load. */
  public readonly maxReplicas: number;

  private readonly props: InferenceProps;
  private readonly settings: InferenceSettings;
  private readonly gpu?: CloudRunGpu;

  public constructor(scope: Construct, id: string, props: InferenceProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkProjectNumber(props.projectNumber);
    checkRegion(props.region);
    checkImageTag(props.imageTag);
    this.props = props;
    const limits = { privateNetwork: props.privateNetwork ?? false, gpuToZero: true, gpuSizeFixed: false };
    this.settings = inferenceSettings(props, limits);
    const { machine, gpu } = replicaMachine(this.settings, props);
    this.machine = machine;
    this.gpu = gpu;
    this.minReplicas = this.settings.minReplicas;
    // A deployment that asks for more than the quota is refused: what a new project has.
    this.maxReplicas =
      props.maxReplicas ??
      (gpu ? atLeast(Math.max(gpu.newProjectReplicas - 1, 1), this.minReplicas) : this.settings.maxReplicas);
    checkReplica(this.settings, machine, gpu, props);

    const account = new ServiceAccount(this, "account", {
      project: props.project,
      accountId: nameFor(SERVICE_ACCOUNT, props.name, "serve"),
      displayName: `${props.name}: inference container`,
      dependsOn: props.services?.ready,
    });
    const granted = this.grant(account);
    const key = this.settings.access.kind === "apiKey" ? this.apiKey(account) : undefined;
    const service = this.service(account, key?.version, [...granted, ...(key ? [key.grant] : [])]);
    for (const [i, member] of (props.invokers ?? []).entries()) {
      new CloudRunV2ServiceIamMember(this, `invoker-${Token.isUnresolved(member) ? i : member}`, {
        project: props.project,
        location: props.region,
        name: service.name,
        role: "roles/run.invoker",
        member,
      });
    }
    this.endpointUrl = service.uri;
    this.serviceName = service.name;
    this.apiKeySecretName = key?.version.secretName;
  }

  private grant(account: ServiceAccount): ITerraformDependable[] {
    const { projectNumber, storage, services } = this.props;
    return [
      // The agent's role in the project gives it this too, where it got that role.
      new ServiceAccountIamMember(this, "run-runs-as-serve", {
        serviceAccountId: account.name,
        role: "roles/iam.serviceAccountTokenCreator",
        member: agentMember("run", projectNumber),
        dependsOn: services?.agentsReady,
      }),
      new StorageBucketIamMember(this, "models", {
        bucket: storage.modelsBucket,
        role: "roles/storage.objectViewer",
        member: account.member,
      }),
    ];
  }

  private apiKey(account: ServiceAccount): { version: KeyVersion; grant: ITerraformDependable } {
    const { project, name, region, encryption, deletionProtection } = this.props;
    const secret = new SecretManagerSecret(this, "key", {
      project,
      secretId: `${name}-api-key`,
      deletionProtection: deletionProtection ?? true,
      // In one region: automatic replication would need a global key.
      replication: {
        userManaged: {
          replicas: [{ location: region, customerManagedEncryption: { kmsKeyName: encryption.keyId } }],
        },
      },
      dependsOn: encryption.ready,
    });
    // Made by Terraform once, and only once. `terraform apply -replace` of it rotates the key and rolls the service.
    const version = new SecretManagerSecretVersion(this, "key-version", {
      secret: secret.id,
      secretData: Fn.replace(Fn.join("", [Token.asString(Fn.uuid()), Token.asString(Fn.uuid())]), "-", ""),
      lifecycle: { ignoreChanges: ["secret_data"] },
    });
    const grant = new SecretManagerSecretIamMember(this, "key-reader", {
      project,
      secretId: secret.secretId,
      role: "roles/secretmanager.secretAccessor",
      member: account.member,
    });
    return { version: { secretName: secret.secretId, version: version.version }, grant };
  }

  private service(
    account: ServiceAccount,
    key: KeyVersion | undefined,
    granted: ITerraformDependable[],
  ): CloudRunV2Service {
    const { project, name, region, network, encryption, registry, deletionProtection, invokers, labels } = this.props;
    const { gpu, settings } = this;
    return new CloudRunV2Service(this, "Resource", {
      project,
      name: nameFor(CLOUD_RUN_SERVICE, name, "serve"),
      location: region,
      description: "Image classification endpoint",
      deletionProtection: deletionProtection ?? true,
      ingress: settings.access.kind === "privateOnly" ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_ALL",
      // No binding for allUsers, which organizations forbid: the container checks the bearer key.
      invokerIamDisabled: (invokers ?? []).length === 0,
      launchStage: "GA",
      template: {
        serviceAccount: account.email,
        encryptionKey: encryption.keyId,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        maxInstanceRequestConcurrency: settings.concurrency,
        timeout: "60s",
        labels,
        gpuZonalRedundancyDisabled: gpu ? true : undefined,
        scaling: { minInstanceCount: this.minReplicas, maxInstanceCount: this.maxReplicas },
        nodeSelector: gpu && { accelerator: gpu.nodeSelector },
        vpcAccess: network && {
          egress: "ALL_TRAFFIC",
          networkInterfaces: [{ network: network.networkId, subnetwork: network.subnetworkId }],
        },
        containers: [this.container(key)],
      },
      traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
      // Whoever deployed last: the console and gcloud write their own.
      lifecycle: { ignoreChanges: ["client", "client_version"] },
      dependsOn: [...encryption.ready, ...(registry?.ready ?? []), ...granted],
    });
  }

  private container(key: KeyVersion | undefined) {
    const { gpu, machine } = this;
    const image = this.image();
    return {
      name: "serve",
      image: image ?? PLACEHOLDER_IMAGE,
      ...(image === undefined ? { command: ["python", "-c", PLACEHOLDER_SERVER] } : { args: ["serve"] }),
      ports: { containerPort: CONTAINER_PORT },
      resources: {
        limits: {
          cpu: asText(machine.vcpus),
          memory: `${asText(machine.memoryGib)}Gi`,
          ...(gpu ? { "nvidia.com/gpu": "1" } : {}),
        },
        cpuIdle: !gpu,
        startupCpuBoost: true,
      },
      env: [
        ...Object.entries(this.variables()).map(([name, value]) => ({ name, value })),
        ...(key
          ? [{ name: "ML_API_KEY", valueSource: { secretKeyRef: { secret: key.secretName, version: key.version } } }]
          : []),
      ],
      // /ready holds requests back while the model loads; /health would let every cold start answer 503.
      startupProbe: {
        httpGet: { path: READY_PATH, port: CONTAINER_PORT },
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: gpu ? 120 : 48,
      },
      livenessProbe: {
        httpGet: { path: HEALTH_PATH, port: CONTAINER_PORT },
        periodSeconds: 30,
        timeoutSeconds: 3,
        failureThreshold: 3,
      },
    };
  }

  private variables(): { [name: string]: string } {
    const { name, storage } = this.props;
    return {
      ML_CLOUD: "gcp",
      ML_ROLE: "serve",
      ML_MODEL_URI: `gs://${storage.modelsBucket}/models/${name}/`,
      ML_CPU_THREADS: asText(this.machine.vcpus),
      // A driver that does not fit must fail, not answer from the CPU at the price of a GPU.
      ...(this.gpu ? { ML_DEVICE: "cuda" } : {}),
      ...(this.settings.modelVersion === undefined ? {} : { ML_MODEL_VERSION: this.settings.modelVersion }),
      ...this.settings.environment,
    };
  }

  private image(): string | undefined {
    const { image, imageTag, registry } = this.props;
    if (image !== undefined || imageTag === undefined) return image;
    if (!registry) throw tagNeedsRegistry(imageTag);
    return `${registry.repositoryUrl}:${imageTag}-${this.gpu ? "cuda" : "cpu"}`;
  }
}

interface KeyVersion {
  readonly secretName: string;
  readonly version: string;
}

// Cloud Run pulls from Docker Hub through a cache of its own.
const PLACEHOLDER_IMAGE = "docker.io/library/python:3.12-slim";
