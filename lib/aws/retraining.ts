import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { add, multiply, roundDown } from "../core/arithmetic";
import { RetrainingProps as PortableRetrainingProps } from "../core/environment-props";
import { checkEnvironmentName } from "../core/resource-names";
import { Schedule } from "../core/schedule";
import { Account } from "./account";
import { checkRegion } from "./checks";
import { IEncryption } from "./encryption";
import { allow, ServiceRole } from "./iam";
import { LogGroup } from "./log-group";
import { Training } from "./training";

/** What a `Retraining` is made from. */
export interface RetrainingProps extends PortableRetrainingProps {
  /** The environment's name. */
  readonly name: string;

  /** The region of the training, for example `us-east-1`. */
  readonly region: string;

  /** What is started. */
  readonly training: Training;

  /** The key that the schedule and its logs are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * ARN of the SNS topic that hears of a failed run.
   *
   * @default - nobody does
   */
  readonly alertTopicArn?: string;

  /**
   * Days for which logs are kept.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;
}

/** Trains again on a schedule, and says so when it fails. */
export class Retraining extends Construct {
  /** ARN of the Step Functions state machine; start an execution to train now and follow it. */
  public readonly stateMachineArn: string;

  public constructor(scope: Construct, id: string, props: RetrainingProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    const { name, region, encryption } = props;
    const machine = this.stateMachine(props);
    const role = new ServiceRole(this, "schedule-role", {
      name,
      region,
      suffix: "schedule",
      service: "scheduler.amazonaws.com",
      statements: [
        allow("Start", ["states:StartExecution"], machine.arn),
        allow("Key", ["kms:Decrypt"], encryption.keyArn),
      ],
    });
    new SchedulerSchedule(this, "Resource", {
      name: `${name}-retrain`,
      scheduleExpression: cron(props.schedule),
      scheduleExpressionTimezone: "UTC",
      kmsKeyArn: encryption.keyArn,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: machine.arn,
        roleArn: role.arn,
        input: "{}",
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
      dependsOn: role.policy ? [role.policy] : [],
    });
    new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: `${name}-retrain`,
      alarmDescription: "a scheduled training failed",
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: machine.arn },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: props.alertTopicArn === undefined ? undefined : [props.alertTopicArn],
    });
    this.stateMachineArn = machine.arn;
  }

  private stateMachine(props: RetrainingProps): SfnStateMachine {
    const { name, region, training, encryption } = props;
    const account = Account.of(this);
    const logs = new LogGroup(this, "logs", {
      // CloudWatch accepts these logs in groups below this prefix without a resource policy of ours.
      name: `/aws/vendedlogs/states/${name}-retrain`,
      encryption,
      retentionDays: props.logRetentionDays,
    });
    const definition = training.jobDefinitionArnPrefix;
    const followRule = account.arn("events", region, "rule/StepFunctionsGetEventsForBatchJobsRule");
    const role = new ServiceRole(this, "role", {
      name,
      region,
      suffix: "retrain",
      service: "states.amazonaws.com",
      statements: [
        // Every revision: the machine names the definition without one, so a new image needs no change here.
        allow("Submit", ["batch:SubmitJob"], [training.jobQueueArn, definition, `${definition}:*`]),
        // Neither these nor log delivery nor traces have a form for single resources.
        allow("Follow", ["batch:DescribeJobs", "batch:TerminateJob"], "*"),
        allow("Rule", ["events:PutTargets", "events:PutRule", "events:DescribeRule"], followRule),
        allow("LogDelivery", LOG_DELIVERY, "*"),
        allow("Trace", TRACE, "*"),
      ],
    });
    return new SfnStateMachine(this, "machine", {
      name: `${name}-retrain`,
      type: "STANDARD",
      roleArn: role.arn,
      definition: JSON.stringify({
        StartAt: "Train",
        States: {
          Train: {
            Type: "Task",
            End: true,
            // Another run may be ahead in the queue.
            TimeoutSeconds: add(roundDown(multiply(2, training.maxRunHours, 3600)), 3600),
            // .sync marks the job through ContainerOverrides, which a multi-node job refuses.
            Resource: account.integrationArn(training.multiNode ? "aws-sdk:batch:submitJob" : "batch:submitJob.sync"),
            Parameters: {
              JobName: `${name}-retrain`,
              JobQueue: training.jobQueueArn,
              JobDefinition: training.jobDefinitionName,
            },
          },
        },
      }),
      loggingConfiguration: { level: "ALL", includeExecutionData: true, logDestination: `${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
      dependsOn: role.policy ? [role.policy] : [],
    });
  }
}

// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

// https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
const TRACE = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];

/** Minute, hour, day of month, month, day of week, year: the six fields of EventBridge Scheduler. */
function cron({ frequency, hour, weekday, dayOfMonth }: Schedule): string {
  if (frequency === "weekly") return `cron(0 ${hour} ? * ${weekday} *)`;
  return `cron(0 ${hour} ${frequency === "monthly" ? dayOfMonth : "*"} * ? *)`;
}
