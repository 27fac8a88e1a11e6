import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchMetricAlarm, CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformIterator, Token } from "cdktf";
import { Construct } from "constructs";
import { divide } from "../core/arithmetic";
import { ObservabilityProps as PortableObservabilityProps } from "../core/environment-props";
import { checkEnvironmentName } from "../core/resource-names";
import { checkEmails, checkInteger, checkNumber } from "../core/validation";
import { Account } from "./account";
import { checkLogRetention, checkRegion } from "./checks";
import { Dashboard } from "./dashboard";
import { IEncryption } from "./encryption";
import { denyPlaintext, policyDocument } from "./iam";
import { Inference } from "./inference";
import { EndpointMetrics } from "./metrics";
import { Training } from "./training";

/** What an `Observability` is made from. */
export interface ObservabilityProps extends PortableObservabilityProps {
  /** The environment's name. */
  readonly name: string;

  /** The region of what is watched, for example `us-east-1`. */
  readonly region: string;

  /** The key that alerts are encrypted with on their way. */
  readonly encryption: IEncryption;

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
}

/** Alarms that write to people, a dashboard to look at, and saved questions to ask the logs. */
export class Observability extends Construct {
  /** ARN of the SNS topic that alerts go to; subscribe more receivers to it. */
  public readonly alertTopicArn: string;
  /** Name of the CloudWatch dashboard. */
  public readonly dashboardName: string;
  /** Days for which logs are kept. */
  public readonly logRetentionDays: number;
  /** Milliseconds above which the slowest 5 % of requests raise an alarm. */
  public readonly latencyP95Ms: number;
  /** Percent of failed requests above which there is an alarm. */
  public readonly errorRatePercent: number;

  private readonly props: ObservabilityProps;

  public constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.props = props;
    checkProps(props);
    this.logRetentionDays = props.logRetentionDays ?? 365;
    this.latencyP95Ms = props.latencyP95Ms ?? 1000;
    this.errorRatePercent = props.errorRatePercent ?? 1;

    this.alertTopicArn = this.alertTopic();
    this.subscribe(props.alertEmails ?? []);
    if (props.training) this.watchTraining(props.training);
    if (props.inference) this.watchInference(props.inference);
    this.dashboardName = new Dashboard(this, "dashboard", { ...props, endpoint: props.inference?._metrics }).name;
  }

  private alertTopic(): string {
    const topic = new SnsTopic(this, "Resource", {
      name: `${this.props.name}-alerts`,
      // With the key that AWS manages for SNS, alarms are dropped without a word.
      kmsMasterKeyId: this.props.encryption.keyArn,
    });
    const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topic.arn } as const;
    const policy = new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policyDocument([
        {
          ...publish,
          Sid: "Publish",
          Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
          Condition: { StringEquals: { "aws:SourceAccount": Account.of(this).id } },
        },
        // Without a condition: the form that EventBridge documents for topics.
        { ...publish, Sid: "Events", Principal: { Service: "events.amazonaws.com" } },
        denyPlaintext("sns:Publish", topic.arn),
      ]),
    });
    // Whoever publishes waits for the right to.
    return policy.arn;
  }

  private subscribe(emails: string[]): void {
    const subscription = { topicArn: this.alertTopicArn, protocol: "email" };
    if (Token.isUnresolved(emails)) {
      const each = TerraformIterator.fromList(emails);
      new SnsTopicSubscription(this, "emails", {
        ...subscription,
        forEach: each,
        endpoint: Token.asString(each.value),
      });
      return;
    }
    // By address: taking one off the list does not touch the others.
    for (const [i, endpoint] of emails.entries()) {
      const id = Token.isUnresolved(endpoint) ? `email-${i}` : `email-${endpoint}`;
      new SnsTopicSubscription(this, id, { ...subscription, endpoint });
    }
  }

  private watchTraining(training: Training): void {
    const { name } = this.props;
    const alert = (id: string, detailType: string, status: string, text: string): void => {
      const rule = new CloudwatchEventRule(this, `training-${id}`, {
        name: `${name}-training-${id}`,
        description: `A training job of ${name} ${text}`,
        eventPattern: JSON.stringify({
          source: ["aws.batch"],
          "detail-type": [detailType],
          detail: { status: [status], jobQueue: [training.jobQueueArn] },
        }),
      });
      new CloudwatchEventTarget(rule, "alerts", { rule: rule.name, targetId: "alerts", arn: this.alertTopicArn });
    };
    alert("failed", "Batch Job State Change", "FAILED", "failed for good");
    const blocked = "blocks the queue: no capacity, no quota or a wrong setting";
    alert("blocked", "Batch Job Queue Blocked", "RUNNABLE", blocked);
    this.query("training", training.logGroupName);
  }

  private watchInference(inference: Inference): void {
    const metrics = inference._metrics;
    const { name } = this.props;
    const often = { evaluationPeriods: 5, datapointsToAlarm: 3, comparisonOperator: "GreaterThanThreshold" };
    this.alarm("latency", {
      ...often,
      alarmName: `${name}-latency`,
      alarmDescription: `p95 latency above ${this.latencyP95Ms} ms`,
      namespace: metrics.namespace,
      metricName: metrics.latency,
      dimensions: { ...metrics.dimensions },
      extendedStatistic: "p95",
      period: 60,
      threshold: divide(this.latencyP95Ms, metrics.latencyUnitMs),
    });
    const errors = this.alarm("errors", {
      ...often,
      alarmName: `${name}-errors`,
      alarmDescription: `more than ${this.errorRatePercent} % of requests fail with 5xx`,
      threshold: this.errorRatePercent,
      metricQuery: errorRate(metrics),
    });
    inference.rollBackOn(errors.alarmName);
    if (metrics.targetGroup !== undefined) {
      this.alarm("unhealthy", {
        alarmName: `${name}-unhealthy`,
        alarmDescription: "no replica answers /ready",
        namespace: metrics.namespace,
        metricName: "HealthyHostCount",
        dimensions: { ...metrics.dimensions, TargetGroup: metrics.targetGroup },
        statistic: "Maximum",
        period: 60,
        evaluationPeriods: 10,
        threshold: 1,
        comparisonOperator: "LessThanThreshold",
        // Without a registered replica there is no metric at all.
        treatMissingData: "breaching",
      });
    }
    for (const query of ["predictions", "slow", "errors"] as const) this.query(query, inference.logGroupName);
  }

  private alarm(id: string, config: CloudwatchMetricAlarmConfig): CloudwatchMetricAlarm {
    return new CloudwatchMetricAlarm(this, id, {
      treatMissingData: "notBreaching",
      alarmActions: [this.alertTopicArn],
      okActions: [this.alertTopicArn],
      ...config,
    });
  }

  private query(id: keyof typeof QUERIES, logGroupName: string): void {
    new CloudwatchQueryDefinition(this, `query-${id}`, {
      name: `${this.props.name}/${id}`,
      logGroupNames: [logGroupName],
      queryString: QUERIES[id],
    });
  }
}

// Questions for CloudWatch Logs Insights; the names in them are the container's log contract.
const QUERIES = {
  predictions:
    "filter message = 'prediction' | stats count(*) as n, avg(score) as mean_score by label, bin(1h) | sort n desc",
  slow: "filter message = 'metrics' and role = 'serve' | stats max(metrics.latency_p99_ms) as p99, max(metrics.queue_depth_max) as queue by bin(5m)",
  errors:
    "filter severity in ['ERROR', 'CRITICAL'] | fields @timestamp, role, run_id, message | sort @timestamp desc | limit 100",
  training:
    "filter message = 'metrics' and role = 'train' | fields @timestamp, run_id, metrics.train_loss, metrics.val_accuracy, metrics.train_images_per_second | sort @timestamp desc",
} as const;

/** 5xx in percent of all requests, those included that were refused before they were counted. */
function errorRate(metrics: EndpointMetrics) {
  const sum = (id: string, metricName: string) => ({
    id,
    metric: {
      namespace: metrics.namespace,
      metricName,
      period: 60,
      stat: "Sum",
      dimensions: { ...metrics.dimensions },
    },
  });
  const expression =
    metrics.refused === undefined
      ? "100*FILL(failed,0)/requests"
      : "100*(FILL(failed,0)+FILL(refused,0))/(FILL(requests,0)+FILL(refused,0))";
  return [
    { id: "rate", expression, label: "5xx %", returnData: true },
    sum("failed", metrics.errors),
    ...(metrics.refused === undefined ? [] : [sum("refused", metrics.refused)]),
    sum("requests", metrics.requests),
  ];
}

function checkProps(props: ObservabilityProps): void {
  checkEnvironmentName(props.name);
  checkRegion(props.region);
  checkLogRetention(props.logRetentionDays);
  checkEmails("observability.alertEmails", props.alertEmails ?? []);
  const latency = { min: 1, max: 30_000, fix: "the HTTP API gives up after 30 s" };
  checkInteger("observability.latencyP95Ms", props.latencyP95Ms, latency);
  checkNumber("observability.errorRatePercent", props.errorRatePercent, { min: 0.01, max: 100, fix: "give percent" });
}
