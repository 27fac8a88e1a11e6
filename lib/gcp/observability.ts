import { BigqueryDataset } from "@cdktf/provider-google/lib/bigquery-dataset";
import { BigqueryDatasetIamMember } from "@cdktf/provider-google/lib/bigquery-dataset-iam-member";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Fn, propertyAccess, TerraformIterator, Token } from "cdktf";
import { Construct } from "constructs";
import { multiply } from "../core/arithmetic";
import { ObservabilityProps as PortableObservabilityProps } from "../core/environment-props";
import { checkEnvironmentName } from "../core/resource-names";
import { checkEmails, checkInteger, checkNumber } from "../core/validation";
import { checkLogRetention, checkProject, checkRegion, underscored } from "./checks";
import { Dashboard } from "./dashboard";
import { IEncryption } from "./encryption";
import { Inference } from "./inference";
import { alertsOf, logFilters, LogFilters } from "./metrics";
import { ProjectServices } from "./project-services";
import { Suffix } from "./suffix";
import { Training } from "./training";

/** What an `Observability` is made from. */
export interface ObservabilityProps extends PortableObservabilityProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** The region of what is watched, for example `us-central1`. */
  readonly region: string;

  /** The key that logs and predictions are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * The APIs and agents of the project.
   *
   * @default - they are there already
   */
  readonly services?: ProjectServices;

  /**
   * The training to watch.
   *
   * @default - none
   */
  readonly training?: Training;

  /**
   * The endpoint to watch.
   *
   * @default - none
   */
  readonly inference?: Inference;

  /**
   * Write every prediction to BigQuery, where they can be counted by label over time.
   *
   * @default true
   */
  readonly logPredictions?: boolean;

  /**
   * Keep the predictions from being destroyed.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** Logs in a bucket of the environment's own, alerts that write to people, a dashboard, and predictions in BigQuery. */
export class Observability extends Construct {
  /** Ids of the notification channels, one for each address. */
  public readonly notificationChannelIds: string[];
  /** Id of the Cloud Monitoring dashboard: `projects/<number>/dashboards/<id>`. */
  public readonly dashboardId: string;
  /** Id of the BigQuery dataset of predictions; unset when they are not written. */
  public readonly predictionsDatasetId?: string;
  /** Days for which logs are kept. */
  public readonly logRetentionDays: number;
  /** Milliseconds above which the slowest 5 % of requests raise an alert. */
  public readonly latencyP95Ms: number;
  /** Percent of failed requests above which there is an alert. */
  public readonly errorRatePercent: number;

  private readonly props: ObservabilityProps;

  public constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.props = props;
    checkProps(props);
    this.logRetentionDays = props.logRetentionDays ?? 365;
    this.latencyP95Ms = props.latencyP95Ms ?? 1000;
    this.errorRatePercent = props.errorRatePercent ?? 1;
    const { training, inference } = props;

    const filters = logFilters(inference?.serviceName, training?.workflowName);
    this.logs(filters);
    if (filters.serve !== undefined && (props.logPredictions ?? true)) {
      this.predictionsDatasetId = this.predictions(filters.serve);
    }
    this.notificationChannelIds = this.channels(props.alertEmails ?? []);
    const { latencyP95Ms, errorRatePercent } = this;
    for (const alert of alertsOf({ ...props, latencyP95Ms, errorRatePercent })) this.alert(alert);
    this.dashboardId = new Dashboard(this, "dashboard", {
      project: props.project,
      name: props.name,
      serviceName: inference?.serviceName,
      workflowName: training?.workflowName,
      dependsOn: props.services?.ready,
    }).dashboardId;
  }

  private logs(filters: LogFilters): void {
    const { project, name, region, encryption } = this.props;
    const bucket = new LoggingProjectBucketConfig(this, "logs", {
      project,
      location: region,
      // A deleted log bucket keeps its name for a week.
      bucketId: `${name}-logs-${Suffix.of(this)}`,
      description: `Logs of the ${name} environment`,
      retentionDays: this.logRetentionDays,
      enableAnalytics: true,
      cmekSettings: { kmsKeyName: encryption.keyId },
      dependsOn: encryption.ready,
    });
    const filter = Object.values(filters)
      .map((one) => `(${one})`)
      .join(" OR ");
    new LoggingProjectSink(this, "logs-sink", {
      project,
      name: `${name}-logs`,
      destination: `logging.googleapis.com/${bucket.id}`,
      filter,
      uniqueWriterIdentity: true,
    });
  }

  private predictions(serveFilter: string): string {
    const { project, name, region, encryption, deletionProtection } = this.props;
    const dataset = new BigqueryDataset(this, "predictions", {
      project,
      datasetId: `${underscored(name)}_predictions`,
      location: region,
      description: `Predictions of the ${name} endpoint, from its logs`,
      defaultPartitionExpirationMs: multiply(this.logRetentionDays, 24 * 3600 * 1000),
      maxTimeTravelHours: "168",
      deleteContentsOnDestroy: !(deletionProtection ?? true),
      defaultEncryptionConfiguration: { kmsKeyName: encryption.keyId },
      dependsOn: encryption.ready,
    });
    const sink = new LoggingProjectSink(this, "predictions-sink", {
      project,
      name: `${name}-predictions`,
      destination: `bigquery.googleapis.com/${dataset.id}`,
      filter: `${serveFilter} AND jsonPayload.message="prediction"`,
      uniqueWriterIdentity: true,
      bigqueryOptions: { usePartitionedTables: true },
    });
    new BigqueryDatasetIamMember(this, "predictions-writer", {
      project,
      datasetId: dataset.datasetId,
      role: "roles/bigquery.dataEditor",
      member: sink.writerIdentity,
    });
    return dataset.datasetId;
  }

  private channels(emails: string[]): string[] {
    const { project, name, services } = this.props;
    const channel = { project, type: "email", dependsOn: services?.ready };
    if (Token.isUnresolved(emails)) {
      const each = TerraformIterator.fromList(emails);
      const address = Token.asString(each.value);
      const channels = new MonitoringNotificationChannel(this, "emails", {
        ...channel,
        forEach: each,
        displayName: `${name}: ${address}`,
        labels: { email_address: address },
      });
      return Token.asList(propertyAccess(Fn.values(channels.fqn), ["*", "id"]));
    }
    // By address: taking one off the list does not touch the others.
    return emails.map((address, i) => {
      const id = Token.isUnresolved(address) ? `email-${i}` : `email-${address}`;
      const labels = { email_address: address };
      return new MonitoringNotificationChannel(this, id, { ...channel, displayName: `${name}: ${address}`, labels }).id;
    });
  }

  private alert({ id, severity, duration, query, text }: ReturnType<typeof alertsOf>[number]): void {
    const { project, name, services } = this.props;
    new MonitoringAlertPolicy(this, `alert-${id}`, {
      project,
      displayName: `${name} ${id}`,
      combiner: "OR",
      severity,
      notificationChannels: this.notificationChannelIds,
      alertStrategy: { autoClose: "86400s" },
      conditions: [
        {
          displayName: id,
          conditionPrometheusQueryLanguage: {
            query,
            duration,
            evaluationInterval: "60s",
            // A metric without data yet is no metric to the API.
            disableMetricValidation: true,
          },
        },
      ],
      documentation: { content: text, mimeType: "text/markdown" },
      dependsOn: services?.ready,
    });
  }
}

function checkProps(props: ObservabilityProps): void {
  checkEnvironmentName(props.name);
  checkProject(props.project);
  checkRegion(props.region);
  checkLogRetention(props.logRetentionDays);
  checkEmails("observability.alertEmails", props.alertEmails ?? []);
  const latency = { min: 1, max: 30_000, fix: "no cloud waits for longer than 30 s" };
  checkInteger("observability.latencyP95Ms", props.latencyP95Ms, latency);
  checkNumber("observability.errorRatePercent", props.errorRatePercent, { min: 0.01, max: 100, fix: "give percent" });
}
