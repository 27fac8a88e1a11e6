import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { atLeast, divideDown, multiply } from "../core/arithmetic";
import { InferenceProps as PortableInferenceProps } from "../core/environment-props";
import { mustBe } from "../core/errors";
import { InferenceSettings, inferenceSettings } from "../core/inference-settings";
import { Machine } from "../core/machine";
import { chooseMachine } from "../core/machine-choice";
import { checkEnvironmentName } from "../core/resource-names";
import { checkInteger, checkNumber, checkPattern, checkUnset } from "../core/validation";
import { checkFargateSize, checkRegion, fargateMemoryGib } from "./checks";
import { ContainerImage } from "./container-image";
import { EcsEndpoint } from "./ecs-endpoint";
import { IEncryption } from "./encryption";
import { ApiKey } from "./endpoint";
import { HttpApi, IntegrationTarget } from "./http-api";
import { LambdaEndpoint, NEW_ACCOUNT_MEMORY_MB } from "./lambda-endpoint";
import { LogGroup } from "./log-group";
import { AwsMachine, MACHINES } from "./machines";
import { EndpointMetrics } from "./metrics";
import { INetwork } from "./network";
import { IRegistry } from "./registry";
import { IStorage } from "./storage";

/** What an `Inference` is made from. */
export interface InferenceProps extends PortableInferenceProps {
  /** The environment's name. */
  readonly name: string;

  /** The region to serve from, for example `us-east-1`. */
  readonly region: string;

  /** Where models are read from. */
  readonly storage: IStorage;

  /** The key that models, logs and the bearer key are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * Where the load balancer, tasks and GPU hosts are.
   *
   * @default - none, which only an endpoint on Lambda can do without
   */
  readonly network?: INetwork;

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
   * The latency that replicas are added to keep, in milliseconds, 1 to 30000.
   *
   * @default 1000
   */
  readonly latencyP95Ms?: number;

  /**
   * ARN of the certificate of `certificateDomain`, for TLS up to the load balancer.
   *
   * @default - plain HTTP behind the HTTP API, inside the network
   */
  readonly certificateArn?: string;

  /**
   * The domain of the certificate. With `EndpointAccess.privateOnly()` it is the endpoint's address: point it at `loadBalancerDnsName`.
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
   * The account's quota must be 100 above that; a new account has 10 to 50 in all.
   *
   * @default false
   */
  readonly reservedConcurrency?: boolean;

  /**
   * The network has no route out: reach the cloud's services by their endpoints only.
   *
   * @default false
   */
  readonly privateNetwork?: boolean;

  /**
   * Protect the load balancer, and keep the deleted bearer key for 30 days.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Days for which logs are kept.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;

  /**
   * Tags for the hosts of a GPU endpoint.
   *
   * @default - `environment` and `managed-by` only
   */
  readonly tags?: { [key: string]: string };
}

/**
 * The endpoint that answers predictions.
 *
 * `minReplicas: 0` runs on AWS Lambda and costs nothing at rest; from 1 on ECS with Fargate; with a GPU on ECS with EC2
 * hosts. All three have the same address: an HTTP API, unless access is `EndpointAccess.privateOnly()`.
 */
export class Inference extends Construct {
  /** Base address, without a slash at the end. */
  public readonly endpointUrl: string;
  /** `lambda`, `fargate` or `gpu`. */
  public readonly endpointKind: string;
  /** Name of the secret that holds the bearer key; unset when there is none. */
  public readonly apiKeySecretName?: string;
  /** Name of the log group of the replicas. */
  public readonly logGroupName: string;
  /** What one replica is. */
  public readonly machine: Machine;
  /** Replicas that are always on. */
  public readonly minReplicas: number;
  /** Replicas under full load. */
  public readonly maxReplicas: number;
  /** DNS name of the internal load balancer; unset on Lambda. */
  public readonly loadBalancerDnsName?: string;

  /** @internal */
  public readonly _metrics: EndpointMetrics;

  private readonly props: InferenceProps;
  private readonly settings: InferenceSettings;
  private readonly ecs?: EcsEndpoint;

  public constructor(scope: Construct, id: string, props: InferenceProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    this.props = props;
    this.settings = inferenceSettings(props, { privateNetwork: props.privateNetwork ?? false, gpuToZero: false });
    this.endpointKind = endpointKind(this.settings);
    checkProps(this.endpointKind, this.settings, props);
    const host = this.settings.hasGpu ? gpuMachine(this.settings) : undefined;
    this.machine = host ?? cpuMachine(this.endpointKind, this.settings);
    this.minReplicas = this.settings.minReplicas;
    this.maxReplicas = this.settings.maxReplicas;

    // One id for every kind of endpoint, or a change of kind collides with itself.
    const logs = new LogGroup(this, "logs", {
      name: `/${props.name}/serve`,
      encryption: props.encryption,
      retentionDays: props.logRetentionDays,
    });
    this.logGroupName = logs.name;
    const key = this.settings.access.kind === "apiKey" ? this.apiKey() : undefined;
    const endpoint = {
      ...props,
      settings: this.settings,
      machine: this.machine,
      image: new ContainerImage({ ...props, flavour: this.settings.hasGpu ? "cuda" : "cpu" }),
      logs,
      privateNetwork: props.privateNetwork ?? false,
      key,
    };
    this.apiKeySecretName = key?.secretName;

    if (this.endpointKind === "lambda" || !props.network) {
      const lambda = new LambdaEndpoint(this, "function", {
        ...endpoint,
        network: props.privateNetwork ? props.network : undefined,
        reservedConcurrency: props.reservedConcurrency ? this.inFlight() : undefined,
      });
      const api = this.httpApi(lambda.target);
      lambda.allowApi(api.executionArn);
      this.endpointUrl = api.url;
      this._metrics = api.metrics;
    } else {
      this.ecs = new EcsEndpoint(this, "service", {
        ...endpoint,
        network: props.network,
        latencyP95Ms: this.latencyP95Ms(),
        deletionProtection: props.deletionProtection ?? true,
        host,
      });
      this.endpointUrl = this.ecs.target ? this.httpApi(this.ecs.target).url : this.ecs.url;
      this.loadBalancerDnsName = this.ecs.loadBalancerDnsName;
      this._metrics = this.ecs.metrics;
    }
  }

  /**
   * Takes a deployment back when an alarm goes off while it runs. A function has no such deployments: nothing happens.
   *
   * @param alarmName name of a CloudWatch alarm that does not depend on the service
   */
  public rollBackOn(alarmName: string): void {
    this.ecs?.rollBackOn(alarmName);
  }

  private apiKey(): ApiKey & { readonly secretName: string } {
    const { name, encryption, deletionProtection } = this.props;
    const secret = new SecretsmanagerSecret(this, "key", {
      name: `${name}/api-key`,
      description: `Bearer key of the ${name} endpoint`,
      kmsKeyId: encryption.keyArn,
      recoveryWindowInDays: (deletionProtection ?? true) ? 30 : 0,
    });
    // Made by Terraform once, and only once: 122 random bits. Rotate it with `terraform apply -replace`.
    const version = new SecretsmanagerSecretVersion(this, "key-version", {
      secretId: secret.id,
      secretString: Token.asString(Fn.uuid()),
      lifecycle: { ignoreChanges: ["secret_string"] },
    });
    return { arn: version.arn, value: version.secretString, secretName: secret.name };
  }

  private httpApi(target: IntegrationTarget): HttpApi {
    const { name, encryption, logRetentionDays, throttlingRateLimit, throttlingBurstLimit } = this.props;
    // Nothing else bounds a function: the API holds it to what the replicas asked for would do.
    const perSecond = divideDown(multiply(this.inFlight(), 1000), this.latencyP95Ms());
    const [rate, burst] = this.endpointKind === "lambda" ? [atLeast(1, perSecond), this.inFlight()] : [100, 200];
    return new HttpApi(this, "api", {
      name,
      encryption,
      logRetentionDays,
      target,
      rateLimit: throttlingRateLimit ?? rate,
      burstLimit: throttlingBurstLimit ?? burst,
    });
  }

  private inFlight(): number {
    return multiply(this.settings.maxReplicas, this.settings.concurrency);
  }

  private latencyP95Ms(): number {
    return this.props.latencyP95Ms ?? 1000;
  }
}

function endpointKind({ hasGpu, minReplicas }: InferenceSettings): string {
  if (hasGpu) return "gpu";
  return minReplicas === 0 ? "lambda" : "fargate";
}

function gpuMachine(settings: InferenceSettings): AwsMachine {
  return chooseMachine(MACHINES, {
    part: "inference",
    cloud: "AWS",
    accelerator: settings.accelerator,
    acceleratorCount: settings.acceleratorsPerReplica,
    machineType: settings.machineType,
    gpuOnly: true,
  });
}

function cpuMachine(kind: string, { vcpus, memoryGib }: InferenceSettings): Machine {
  const none = { acceleratorCount: 0, acceleratorMemoryGib: 0 };
  if (kind === "fargate")
    return { type: "AWS Fargate", vcpus, memoryGib: memoryGib ?? fargateMemoryGib(vcpus), ...none };
  const gib = memoryGib ?? NEW_ACCOUNT_MEMORY_MB / 1024;
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: one vCPU for each 1,769 MB
  const share = Token.isUnresolved(gib) ? vcpus : Math.round((gib * 10240) / 1769) / 10;
  return { type: "AWS Lambda", vcpus: share, memoryGib: gib, ...none };
}

function checkProps(kind: string, settings: InferenceSettings, props: InferenceProps): void {
  const { access, minReplicas, memoryGib, vcpus } = settings;
  if (kind === "gpu" && minReplicas === 0) {
    const fix =
      "AWS has no GPU endpoint that scales to zero: keep one, or use Google Cloud or Azure, or Accelerator.NONE";
    throw mustBe("inference.minReplicas", "1 or more on a GPU endpoint", minReplicas, fix);
  }
  if (kind === "lambda" && access.kind === "privateOnly") {
    const fix = "a load balancer passes no more than 1 MB to a function";
    throw mustBe(
      "inference.minReplicas",
      "1 or more with EndpointAccess.privateOnly(), which privateNetwork means",
      minReplicas,
      fix,
    );
  }
  if (kind !== "lambda" && !props.network) {
    throw mustBe(
      "network",
      "given for an endpoint with replicas",
      undefined,
      "pass a Network, or set minReplicas to 0",
    );
  }
  if (kind === "gpu" && props.network?.publicAddresses) {
    const fix = "GPU hosts get no public address; set natGateways to 1 or 2";
    checkUnset("inference.machineType", settings.machineType, "with natGateways 0", fix);
    throw mustBe("inference.accelerator", "Accelerator.NONE with natGateways 0", settings.accelerator?.name, fix);
  }
  if (kind === "fargate") checkFargateSize(vcpus, memoryGib ?? fargateMemoryGib(vcpus));
  if (kind === "lambda") {
    checkNumber("inference.memoryGib", memoryGib, {
      min: 0.125,
      max: 10,
      fix: "minReplicas 0 means AWS Lambda, which has no other sizes; set it to 1 or more for AWS Fargate",
    });
    checkFunctionImage(settings.image);
    const fix = "a function has no load balancer; its HTTP API brings a certificate of its own";
    checkUnset("certificateArn", props.certificateArn, "with minReplicas 0", fix);
    checkUnset("certificateDomain", props.certificateDomain, "with minReplicas 0", fix);
  } else if (props.reservedConcurrency) {
    throw mustBe(
      "reservedConcurrency",
      "unset with minReplicas above 0",
      true,
      "only functions share the account's concurrency",
    );
  }
  checkInteger("observability.latencyP95Ms", props.latencyP95Ms, {
    min: 1,
    max: 30_000,
    fix: "the HTTP API gives up after 30 s",
  });
  const limit = { min: 1, max: 1_000_000, fix: "give requests a second and at once" };
  checkInteger("throttlingRateLimit", props.throttlingRateLimit, limit);
  checkInteger("throttlingBurstLimit", props.throttlingBurstLimit, limit);
  if (access.kind === "privateOnly") {
    const fix = "only an HTTP API throttles, and there is none";
    checkUnset("throttlingRateLimit", props.throttlingRateLimit, "with EndpointAccess.privateOnly()", fix);
    checkUnset("throttlingBurstLimit", props.throttlingBurstLimit, "with EndpointAccess.privateOnly()", fix);
  }
  if ((props.certificateArn === undefined) !== (props.certificateDomain === undefined)) {
    const [missing, given] =
      props.certificateArn === undefined
        ? ["certificateArn", "certificateDomain"]
        : ["certificateDomain", "certificateArn"];
    throw mustBe(missing, `given together with ${given}`, undefined, "set both or none");
  }
  const certificate = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
  checkPattern(
    "certificateArn",
    props.certificateArn,
    certificate,
    "the ARN of a certificate in AWS Certificate Manager",
    "in the endpoint's region",
  );
}

function checkFunctionImage(image: string | undefined): void {
  const ecr = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/.+$/;
  checkPattern(
    "inference.image",
    image,
    ecr,
    "an image in Amazon ECR with minReplicas 0",
    "AWS Lambda pulls from nowhere else; push it there or set minReplicas to 1",
  );
}
