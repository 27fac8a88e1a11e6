import { Annotations, Aspects, Fn, TerraformProvider, Token } from "cdktf";
import { Construct } from "constructs";
import { CapabilitySupport } from "../core/capability";
import { EnvironmentBase } from "../core/environment";
import { EnvironmentOutputs } from "../core/environment-outputs";
import { EnvironmentProps as PortableEnvironmentProps } from "../core/environment-props";
import { mustBe } from "../core/errors";
import { Machine } from "../core/machine";
import { environmentTags } from "../core/tags";
import { PREDICT_PATH } from "../core/workload-contract";
import { Budget } from "./budget";
import { CAPABILITIES } from "./capabilities";
import { checkProject, checkProjectNumber, checkRegion, labelsOf } from "./checks";
import { Encryption, IEncryption } from "./encryption";
import { freshProjectNotices } from "./fresh-project";
import { Inference } from "./inference";
import { Labelling } from "./labelling";
import { logFilters } from "./metrics";
import { INetwork, Network } from "./network";
import { Observability } from "./observability";
import { ProjectServices } from "./project-services";
import { IRegistry, Registry } from "./registry";
import { Retraining } from "./retraining";
import { IStorage, Storage } from "./storage";
import { Training } from "./training";

/** An environment on Google Cloud: the portable half, and Google Cloud's own coordinates and escape hatches. */
export interface EnvironmentProps extends PortableEnvironmentProps {
  /** Id of the project to be in. */
  readonly project: string;

  /** Number of the project: `gcloud projects describe <project> --format='value(projectNumber)'`. */
  readonly projectNumber: string;

  /** The region to be in, for example `us-central1`. */
  readonly region: string;

  /**
   * The google-beta provider of the stack.
   *
   * @default - the one `GoogleBetaProvider` that the stack has
   */
  readonly betaProvider?: TerraformProvider;

  /**
   * A network that exists already, for a private environment.
   *
   * @default - with `privateNetwork` or `EndpointAccess.privateOnly()` a VPC of the environment's own, otherwise none
   */
  readonly network?: INetwork;

  /**
   * A key that exists already.
   *
   * @default - a Cloud KMS key of the environment's own
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
   * @default - an Artifact Registry repository of the environment's own
   */
  readonly registry?: IRegistry;

  /**
   * Wait for capacity that is cheaper and not interrupted, instead of failing when there is none.
   *
   * @default false
   */
  readonly flexStart?: boolean;

  /**
   * Hours to wait for capacity with `flexStart`, 1 to 168.
   *
   * @default 24
   */
  readonly flexStartMaxWaitHours?: number;

  /**
   * Who may call the endpoint, as members of IAM, besides the bearer key.
   *
   * @default - the bearer key alone
   */
  readonly invokers?: string[];

  /**
   * Write every prediction to BigQuery.
   *
   * @default true
   */
  readonly logPredictions?: boolean;

  /**
   * Scan pushed images for known vulnerabilities. Billed by image.
   *
   * @default true
   */
  readonly scanImages?: boolean;

  /**
   * Name of a bucket for usage logs of both buckets.
   *
   * @default - none: Cloud Audit Logs say who did what
   */
  readonly accessLogBucket?: string;

  /**
   * Id of the billing account, which a budget needs: `012345-6789AB-CDEF01`.
   *
   * @default - none, and no budget
   */
  readonly billingAccount?: string;

  /**
   * The billing account's currency.
   *
   * @default USD
   */
  readonly budgetCurrency?: string;

  /**
   * Warn at synth of what a new project lacks: two APIs, and quotas.
   *
   * @default true
   */
  readonly freshProject?: boolean;
}

/**
 * Everything that it takes to train and serve image classifiers on Google Cloud.
 *
 * At rest it has no machine running: training starts with a run, the endpoint with a request. The stack brings three
 * providers: google, google-beta (`GoogleBetaProvider`) and time (`TimeProvider`).
 */
export class Environment extends EnvironmentBase {
  public readonly outputs: EnvironmentOutputs;
  public readonly trainingMachine: Machine;
  public readonly inferenceMachine: Machine;
  public readonly capabilities: CapabilitySupport[] = CAPABILITIES;

  /** APIs and agents of the project. */
  public readonly services: ProjectServices;
  /** The key that everything is encrypted with. */
  public readonly encryption: IEncryption;
  /** The network of a private environment; unset otherwise. */
  public readonly network?: INetwork;
  /** Data sets and models. */
  public readonly storage: IStorage;
  /** Images. */
  public readonly registry: IRegistry;
  /** The queue of training runs. */
  public readonly training: Training;
  /** The endpoint. */
  public readonly inference: Inference;
  /** Logs, alerts and the dashboard. */
  public readonly observability: Observability;
  /** The schedule; unset without `retraining`. */
  public readonly retraining?: Retraining;

  public constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id, props);
    checkProject(props.project);
    checkProjectNumber(props.projectNumber);
    checkRegion(props.region);
    const { name, project, projectNumber, region, imageTag, privateNetwork, deletionProtection, budget } = props;
    const labels = environmentTags(name, labelsOf(props.tags));
    const isPrivate = (privateNetwork ?? false) || props.inference?.access?.kind === "privateOnly";
    if (props.network && !isPrivate) {
      throw mustBe("network", "unset without privateNetwork", props.network.networkId, "set privateNetwork too");
    }

    const services = new ProjectServices(this, "services", {
      project,
      projectNumber,
      betaProvider: props.betaProvider,
      bigquery: props.logPredictions,
      more: [
        ...((props.scanImages ?? true) ? ["containerscanning"] : []),
        ...(props.retraining ? ["cloudscheduler"] : []),
        ...(budget ? ["billingbudgets"] : []),
        ...(isPrivate && !props.network ? ["dns"] : []),
      ],
    });
    const where = { name, project, projectNumber, region, services };
    const encryption = props.encryption ?? new Encryption(this, "encryption", { ...where, deletionProtection });
    const common = { ...where, encryption, deletionProtection };
    const network = props.network ?? (isPrivate ? new Network(this, "network", where) : undefined);
    const { accessLogBucket, scanImages } = props;
    const storage = props.buckets ?? new Storage(this, "storage", { ...props.storage, ...common, accessLogBucket });
    const registry = props.registry ?? new Registry(this, "registry", { ...common, scanImages });
    const shared = { ...common, network, storage, registry, imageTag };
    const { flexStart, flexStartMaxWaitHours } = props;
    const training = new Training(this, "training", { ...props.training, ...shared, flexStart, flexStartMaxWaitHours });
    const inference = new Inference(this, "inference", {
      ...props.inference,
      ...shared,
      labels,
      privateNetwork,
      invokers: props.invokers,
    });
    const observability = new Observability(this, "observability", {
      ...props.observability,
      ...common,
      training,
      inference,
      logPredictions: props.logPredictions,
    });
    if (props.retraining)
      this.retraining = new Retraining(this, "retraining", { ...props.retraining, ...where, training });
    if (budget) {
      new Budget(this, "budget", {
        ...budget,
        ...where,
        billingAccount: props.billingAccount,
        currency: props.budgetCurrency,
        notificationChannelIds: observability.notificationChannelIds,
      });
    }

    Aspects.of(this).add(new Labelling(labels));
    this.services = services;
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

  private commands({ project, region }: EnvironmentProps): EnvironmentOutputs {
    const { training, inference, registry, observability } = this;
    const secret = inference.apiKeySecretName;
    const readKey = `gcloud secrets versions access latest --secret=${secret} --project=${project}`;
    const bearer = secret === undefined ? "" : ` -H "Authorization: Bearer $(${readKey})"`;
    const { serve, train } = logFilters(inference.serviceName, training.workflowName);
    const dashboard = Fn.basename(observability.dashboardId);
    return {
      cloud: "gcp",
      region,
      datasetsUri: training.datasetsUri,
      modelsUri: training.modelsUri,
      imageRepository: registry.repositoryUrl,
      registryLoginCommand: `gcloud auth configure-docker ${region}-docker.pkg.dev --quiet`,
      trainCommand: `gcloud workflows execute ${training.workflowName} --location=${region} --project=${project} --data='{}'`,
      endpointUrl: inference.endpointUrl,
      apiKeyCommand: secret === undefined ? "" : readKey,
      predictCommand: `curl --fail-with-body -sS -X POST ${inference.endpointUrl}${PREDICT_PATH}${bearer} -H 'Content-Type: image/jpeg' --data-binary @image.jpg`,
      logsCommand: `gcloud logging read '(${serve}) OR ${train}' --project=${project} --freshness=1h --limit=100 --format='value(timestamp,severity,jsonPayload,textPayload)'`,
      dashboardUrl: `https://console.cloud.google.com/monitoring/dashboards/builder/${dashboard}?project=${project}`,
    };
  }

  private warn(props: EnvironmentProps): void {
    const warnings = Annotations.of(this);
    const emails = props.observability?.alertEmails ?? [];
    if (!Token.isUnresolved(emails) && emails.length === 0) {
      warnings.addWarning(
        "observability.alertEmails is empty: alerts and failed runs are recorded, but nobody is written to",
      );
    }
    if (!(props.freshProject ?? true)) return;
    for (const notice of freshProjectNotices({
      project: props.project,
      region: props.region,
      training: this.training,
      inference: this.inference,
      spot: props.training?.purchase?.kind === "spot" || (props.flexStart ?? false),
      scanImages: props.scanImages ?? true,
    })) {
      warnings.addWarning(notice);
    }
  }
}
