import { Annotations, Aspects, Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { CapabilitySupport } from "../core/capability";
import { EnvironmentBase } from "../core/environment";
import { EnvironmentOutputs } from "../core/environment-outputs";
import { EnvironmentProps as PortableEnvironmentProps } from "../core/environment-props";
import { Machine } from "../core/machine";
import { environmentTags } from "../core/tags";
import { checkUnset } from "../core/validation";
import { PREDICT_PATH } from "../core/workload-contract";
import { Budget } from "./budget";
import { CAPABILITIES } from "./capabilities";
import { checkRegion, checkTags } from "./checks";
import { Encryption, IEncryption } from "./encryption";
import { freshAccountNotices } from "./fresh-account";
import { Inference } from "./inference";
import { INetwork, Network } from "./network";
import { Observability } from "./observability";
import { IRegistry, Registry } from "./registry";
import { Retraining } from "./retraining";
import { IStorage, Storage } from "./storage";
import { Tagging } from "./tagging";
import { Training } from "./training";

/** An environment on AWS: the portable half, and AWS's own coordinates and escape hatches. */
export interface EnvironmentProps extends PortableEnvironmentProps {
  /** The region to be in, for example `us-east-1`. */
  readonly region: string;

  /**
   * A network that exists already.
   *
   * @default - a VPC of the environment's own
   */
  readonly network?: INetwork;

  /**
   * A key that exists already.
   *
   * @default - a KMS key of the environment's own
   */
  readonly encryption?: IEncryption;

  /**
   * Buckets that exist already.
   *
   * @default - buckets of the environment's own
   */
  readonly buckets?: IStorage;

  /**
   * A repository that exists already.
   *
   * @default - an Amazon ECR repository of the environment's own
   */
  readonly registry?: IRegistry;

  /**
   * IPv4 block of the VPC, from /16 to /20, outside 172.17.0.0/16.
   *
   * @default 10.40.0.0/16
   */
  readonly vpcCidr?: string;

  /**
   * The two zones to use. Set them when the training machine is sold in some zones only (p5, p6).
   *
   * @default - the first two of the region in which HTTP APIs can have a VPC link
   */
  readonly availabilityZones?: string[];

  /**
   * NAT gateways: 1 is shared, 2 is one for each zone, 0 gives compute public addresses instead and saves most of the idle bill.
   *
   * @default 1 - none with `privateNetwork`
   */
  readonly natGateways?: number;

  /**
   * With `Purchase.spot()`: go on with on-demand machines when there is no spot capacity.
   *
   * @default false
   */
  readonly spotFallback?: boolean;

  /**
   * ARN of the certificate of `certificateDomain`, for TLS up to the load balancer.
   *
   * @default - plain HTTP behind the HTTP API, inside the network
   */
  readonly certificateArn?: string;

  /**
   * The domain of the certificate.
   *
   * @default - none, as without `certificateArn`
   */
  readonly certificateDomain?: string;

  /**
   * Requests a second that the HTTP API lets through on average; more are answered with 429.
   *
   * @default 100 - on Lambda what `maxReplicas` × `concurrency` requests in flight answer at `latencyP95Ms`
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests that the HTTP API lets through at once.
   *
   * @default 200 - on Lambda `maxReplicas` × `concurrency`
   */
  readonly throttlingBurstLimit?: number;

  /**
   * On Lambda: keep `maxReplicas` × `concurrency` of the account's concurrency for this endpoint alone.
   *
   * @default false
   */
  readonly reservedConcurrency?: boolean;

  /**
   * Warn at synth of what a new account lacks: quotas, service-linked roles, limits of Lambda.
   *
   * @default true
   */
  readonly freshAccount?: boolean;
}

/**
 * Everything that it takes to train and serve image classifiers on AWS.
 *
 * At rest it has no machine running: training starts with a run, the endpoint with a request.
 */
export class Environment extends EnvironmentBase {
  public readonly outputs: EnvironmentOutputs;
  public readonly trainingMachine: Machine;
  public readonly inferenceMachine: Machine;
  public readonly capabilities: CapabilitySupport[] = CAPABILITIES;

  /** The key that everything is encrypted with. */
  public readonly encryption: IEncryption;
  /** Where machines and tasks are. */
  public readonly network: INetwork;
  /** Data sets and models. */
  public readonly storage: IStorage;
  /** Images. */
  public readonly registry: IRegistry;
  /** The queue of training runs. */
  public readonly training: Training;
  /** The endpoint. */
  public readonly inference: Inference;
  /** Alarms and the dashboard. */
  public readonly observability: Observability;
  /** The schedule; unset without `retraining`. */
  public readonly retraining?: Retraining;

  public constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id, props);
    checkRegion(props.region);
    checkTags(props.tags);
    const { name, region, imageTag, privateNetwork, deletionProtection, tags } = props;
    const logRetentionDays = props.observability?.logRetentionDays;
    const latencyP95Ms = props.observability?.latencyP95Ms;

    const encryption = props.encryption ?? new Encryption(this, "encryption", { name, region, deletionProtection });
    const common = { name, region, encryption, logRetentionDays };
    const network = props.network ?? new Network(this, "network", { ...props, ...common });
    if (props.network) refuseNetworkProps(props);
    const storage = props.buckets ?? new Storage(this, "storage", { ...props.storage, ...common, deletionProtection });
    const registry = props.registry ?? new Registry(this, "registry", { name, encryption, deletionProtection });
    const shared = { ...common, network, storage, registry, imageTag, privateNetwork, tags };
    const training = new Training(this, "training", { ...props.training, ...shared, spotFallback: props.spotFallback });
    const inference = new Inference(this, "inference", {
      ...props.inference,
      ...shared,
      latencyP95Ms,
      deletionProtection,
      certificateArn: props.certificateArn,
      certificateDomain: props.certificateDomain,
      throttlingRateLimit: props.throttlingRateLimit,
      throttlingBurstLimit: props.throttlingBurstLimit,
      reservedConcurrency: props.reservedConcurrency,
    });
    const observability = new Observability(this, "observability", {
      ...props.observability,
      ...common,
      training,
      inference,
    });
    const alertTopicArn = observability.alertTopicArn;
    if (props.retraining) {
      this.retraining = new Retraining(this, "retraining", { ...props.retraining, ...common, training, alertTopicArn });
    }
    if (props.budget) new Budget(this, "budget", { ...props.budget, name, region, alertTopicArn });

    Aspects.of(this).add(new Tagging(environmentTags(name, tags)));
    this.encryption = encryption;
    this.network = network;
    this.storage = storage;
    this.registry = registry;
    this.training = training;
    this.inference = inference;
    this.observability = observability;
    this.trainingMachine = training.machine;
    this.inferenceMachine = inference.machine;
    this.outputs = this.commands(props);
    this.warn(props);
  }

  private commands({ name, region }: EnvironmentProps): EnvironmentOutputs {
    const { training, inference, registry } = this;
    const secret = inference.apiKeySecretName;
    const readKey = `aws secretsmanager get-secret-value --region ${region} --secret-id ${secret} --query SecretString --output text`;
    const bearer = secret === undefined ? "" : ` -H "Authorization: Bearer $(${readKey})"`;
    const host = Fn.element(Fn.split("/", registry.repositoryUrl), 0);
    return {
      cloud: "aws",
      region,
      datasetsUri: training.datasetsUri,
      modelsUri: training.modelsUri,
      imageRepository: registry.repositoryUrl,
      registryLoginCommand: `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}`,
      trainCommand: `aws batch submit-job --region ${region} --job-name ${name}-train --job-queue ${training.jobQueueName} --job-definition ${training.jobDefinitionName}`,
      endpointUrl: inference.endpointUrl,
      apiKeyCommand: secret === undefined ? "" : readKey,
      predictCommand: `curl -sS -X POST ${inference.endpointUrl}${PREDICT_PATH} -H 'Content-Type: image/jpeg'${bearer} --data-binary @image.jpg`,
      logsCommand: `aws logs tail ${training.logGroupName} --region ${region} --since 1h --follow`,
      dashboardUrl: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${this.observability.dashboardName}`,
    };
  }

  private warn(props: EnvironmentProps): void {
    const warnings = Annotations.of(this);
    const emails = props.observability?.alertEmails ?? [];
    if (!Token.isUnresolved(emails) && emails.length === 0) {
      warnings.addWarning(
        "observability.alertEmails is empty: alarms and failed runs are recorded, but nobody is written to",
      );
    }
    if (props.privateNetwork && props.imageTag === undefined && this.inference.endpointKind !== "lambda") {
      warnings.addWarning(
        "privateNetwork without imageTag: the placeholder image is on a public registry that the network cannot reach, " +
          "so the endpoint answers 503 until an image is pushed and imageTag is set",
      );
    }
    if (this.inference.endpointKind === "lambda" && props.inference?.vcpus !== undefined) {
      warnings.addWarning(
        "inference.vcpus has no effect with minReplicas 0: AWS Lambda gives vCPUs with memory, one for each 1769 MB",
      );
    }
    if (props.freshAccount ?? true) {
      for (const notice of freshAccountNotices({
        region: props.region,
        training: this.training,
        inference: this.inference,
        spot: props.training?.purchase?.kind === "spot",
        spotFallback: props.spotFallback,
        imageTag: props.imageTag,
        memoryGib: props.inference?.memoryGib,
      })) {
        warnings.addWarning(notice);
      }
    }
  }
}

function refuseNetworkProps(props: EnvironmentProps): void {
  const fix = "the network that you bring decides";
  checkUnset("vpcCidr", props.vpcCidr, "with network", fix);
  checkUnset("availabilityZones", props.availabilityZones, "with network", fix);
  checkUnset("natGateways", props.natGateways, "with network", fix);
}
