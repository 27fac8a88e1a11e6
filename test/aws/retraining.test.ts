import { Retraining, RetrainingProps, TrainingProps } from "../../lib/aws";
import { Schedule, Weekday } from "../../lib/core";
import * as parts from "./parts";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const WEEKLY = Schedule.weekly(Weekday.SUNDAY, 3);
const ALERTS = "arn:aws:sns:us-east-1:123456789012:flowers-alerts";

function retraining(props: Partial<RetrainingProps> = {}, training: Partial<TrainingProps> = {}): Synthesized {
  return synthesize((stack) => {
    const made = parts.training(stack, training);
    const { NAMED, KEY } = parts;
    new Retraining(stack, "retraining", { ...NAMED, encryption: KEY, training: made, schedule: WEEKLY, ...props });
  });
}

const weekly = retraining({ alertTopicArn: ALERTS });
const machine = (resource: string, seconds: number) => ({
  StartAt: "Train",
  States: {
    Train: {
      Type: "Task",
      End: true,
      TimeoutSeconds: seconds,
      Resource: `arn:\${data.aws_partition.retraining_account_partition.partition}:states:::${resource}`,
      Parameters: {
        JobName: "flowers-retrain",
        JobQueue: "${aws_batch_job_queue.training_queue.arn}",
        JobDefinition: "${aws_batch_job_definition.training.name}",
      },
    },
  },
});

describe("aws.Retraining", () => {
  test.each([
    { schedule: Schedule.daily(0), expression: "cron(0 0 * * ? *)" },
    { schedule: Schedule.daily(23), expression: "cron(0 23 * * ? *)" },
    { schedule: WEEKLY, expression: "cron(0 3 ? * SUN *)" },
    { schedule: Schedule.weekly(Weekday.WEDNESDAY, 12), expression: "cron(0 12 ? * WED *)" },
    { schedule: Schedule.monthly(28, 5), expression: "cron(0 5 28 * ? *)" },
  ])("is started by $expression, UTC, on the minute", ({ schedule, expression }) => {
    expect(retraining({ schedule }).only("aws_scheduler_schedule")).toEqual({
      name: "flowers-retrain",
      schedule_expression: expression,
      schedule_expression_timezone: "UTC",
      kms_key_arn: KEY_ARN,
      flexible_time_window: { mode: "OFF" },
      target: {
        arn: "${aws_sfn_state_machine.retraining_machine.arn}",
        role_arn: "${aws_iam_role.retraining_schedule-role.arn}",
        input: "{}",
        retry_policy: { maximum_event_age_in_seconds: 3600, maximum_retry_attempts: 3 },
      },
      depends_on: ["aws_iam_role_policy.retraining_schedule-role_policy"],
    });
  });

  test("submits a run, follows it to its end, and logs and traces what happens", () => {
    expect(weekly.only("aws_sfn_state_machine")).toEqual({
      name: "flowers-retrain",
      type: "STANDARD",
      role_arn: "${aws_iam_role.retraining_role.arn}",
      definition: machine("batch:submitJob.sync", 176_400),
      logging_configuration: {
        level: "ALL",
        include_execution_data: true,
        log_destination: "${aws_cloudwatch_log_group.retraining_logs.arn}:*",
      },
      tracing_configuration: { enabled: true },
      depends_on: ["aws_iam_role_policy.retraining_role_policy"],
    });
  });

  test.each([
    { maxRunHours: 2, seconds: 18_000 },
    { maxRunHours: 1.1, seconds: 11_520 },
  ])("waits for another run and its own, of $maxRunHours hours each", ({ maxRunHours, seconds }) => {
    expect(retraining({}, { maxRunHours }).only("aws_sfn_state_machine").definition).toEqual(
      machine("batch:submitJob.sync", seconds),
    );
  });

  test("with several nodes submits the run and leaves it to the event rule to tell of failure", () => {
    expect(retraining({}, { nodes: 2 }).only("aws_sfn_state_machine").definition).toEqual(
      machine("aws-sdk:batch:submitJob", 176_400),
    );
  });

  test.each([
    { alertTopicArn: ALERTS, alarm_actions: [ALERTS] },
    { alertTopicArn: undefined, alarm_actions: undefined },
  ])("says so when a run fails, to $alertTopicArn", ({ alertTopicArn, alarm_actions }) => {
    expect(retraining({ alertTopicArn }).only("aws_cloudwatch_metric_alarm")).toEqual({
      alarm_name: "flowers-retrain",
      alarm_description: "a scheduled training failed",
      namespace: "AWS/States",
      metric_name: "ExecutionsFailed",
      dimensions: { StateMachineArn: "${aws_sfn_state_machine.retraining_machine.arn}" },
      statistic: "Sum",
      period: 300,
      evaluation_periods: 1,
      threshold: 0,
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions,
    });
  });

  test.each([
    { logRetentionDays: undefined, days: 365 },
    { logRetentionDays: 3, days: 3 },
  ])(
    "keeps its logs for $days days, where Step Functions may write without a policy of ours",
    ({ logRetentionDays, days }) => {
      expect(retraining({ logRetentionDays }).one("aws_cloudwatch_log_group", "retraining_logs")).toEqual({
        name: "/aws/vendedlogs/states/flowers-retrain",
        retention_in_days: days,
        kms_key_id: KEY_ARN,
      });
    },
  );
});
