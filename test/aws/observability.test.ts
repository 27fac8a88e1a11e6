import { Observability, ObservabilityProps } from "../../lib/aws";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const QUEUE = "${aws_batch_job_queue.training_queue.arn}";
const TOPIC = "${aws_sns_topic_policy.observability_policy.arn}";
const BALANCER = "${aws_lb.inference_service_load-balancer.arn_suffix}";
const TARGETS = "${aws_lb_target_group.inference_service_load-balancer_targets.arn_suffix}";
const API = { ApiId: "${aws_apigatewayv2_api.inference_api.id}", Stage: "$default" };

let made: Observability;
function observability(minReplicas: number, props: Partial<ObservabilityProps> = {}): Synthesized {
  return synthesize((stack) => {
    const training = parts.training(stack);
    const inference = parts.inference(stack, { minReplicas });
    const { NAMED, KEY } = parts;
    made = new Observability(stack, "observability", { ...NAMED, encryption: KEY, training, inference, ...props });
  });
}

const lambda = observability(0);
const fargate = observability(1);
const alone = synthesize((stack) => {
  new Observability(stack, "observability", { ...parts.NAMED, encryption: parts.KEY });
});

const widgets = (synthesized: Synthesized): Arguments[] => {
  const { dashboard_body } = synthesized.only("aws_cloudwatch_dashboard");
  return (dashboard_body as Arguments).widgets as Arguments[];
};

describe("aws.Observability", () => {
  test("with nothing to watch is a topic and an empty dashboard", () => {
    expect(alone.types()).toEqual({ aws_cloudwatch_dashboard: 1, aws_sns_topic: 1, aws_sns_topic_policy: 1 });
    expect(widgets(alone)).toEqual([]);
  });

  test("with a function watches latency and errors, with replicas also whether any is well", () => {
    const watched = {
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_event_rule: 2,
      aws_cloudwatch_event_target: 2,
      aws_cloudwatch_query_definition: 4,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
    };
    expect(lambda.types()).toMatchObject({ ...watched, aws_cloudwatch_metric_alarm: 2 });
    expect(fargate.types()).toMatchObject({ ...watched, aws_cloudwatch_metric_alarm: 3 });
  });

  test("sends alerts through a topic with the key that it is given, since AWS's own drops alarms", () => {
    expect(alone.only("aws_sns_topic")).toEqual({ name: "flowers-alerts", kms_master_key_id: KEY_ARN });
  });

  test("writes to each address, and to nobody by default", () => {
    expect(lambda.all("aws_sns_topic_subscription")).toEqual({});
    const mailed = observability(0, { alertEmails: ["ml@example.com", "ops@example.com"] });
    const subscription = (endpoint: string) => ({ topic_arn: TOPIC, protocol: "email", endpoint });
    expect(mailed.all("aws_sns_topic_subscription")).toEqual({
      "observability_email-mlexamplecom": subscription("ml@example.com"),
      "observability_email-opsexamplecom": subscription("ops@example.com"),
    });
  });

  test("keeps an address's subscription when another is taken off the list", () => {
    const ids = (alertEmails: string[]): string[] => {
      const text = observability(0, { alertEmails }).text;
      return [...text.matchAll(/"(observability_email-\w+)": \{/g)].map(([, id]) => id);
    };
    const [, second] = ids(["ml@example.com", "ops@example.com"]);
    expect(ids(["ops@example.com"])).toEqual([second]);
  });

  test.each([
    { latencyP95Ms: undefined, ms: 1000, seconds: 1 },
    { latencyP95Ms: 9, ms: 9, seconds: 0.009 },
    { latencyP95Ms: 2500, ms: 2500, seconds: 2.5 },
  ])(
    "goes off when p95 latency is above $ms ms, of which a load balancer counts $seconds s",
    ({ latencyP95Ms, ms, seconds }) => {
      const common = {
        alarm_name: "flowers-latency",
        alarm_description: `p95 latency above ${ms} ms`,
        extended_statistic: "p95",
        period: 60,
        evaluation_periods: 5,
        datapoints_to_alarm: 3,
        comparison_operator: "GreaterThanThreshold",
        treat_missing_data: "notBreaching",
        alarm_actions: [TOPIC],
        ok_actions: [TOPIC],
      };
      const latency = (minReplicas: number): Arguments =>
        observability(minReplicas, { latencyP95Ms }).one("aws_cloudwatch_metric_alarm", "observability_latency");
      expect(latency(0)).toEqual({
        ...common,
        namespace: "AWS/ApiGateway",
        metric_name: "Latency",
        dimensions: API,
        threshold: ms,
      });
      expect(latency(1)).toEqual({
        ...common,
        namespace: "AWS/ApplicationELB",
        metric_name: "TargetResponseTime",
        dimensions: { LoadBalancer: BALANCER },
        threshold: seconds,
      });
      expect(made.latencyP95Ms).toBe(ms);
    },
  );

  test.each([
    { errorRatePercent: undefined, percent: 1 },
    { errorRatePercent: 0.5, percent: 0.5 },
  ])("goes off when more than $percent % of requests fail", ({ errorRatePercent, percent }) => {
    const errors = (minReplicas: number): Arguments =>
      observability(minReplicas, { errorRatePercent }).one("aws_cloudwatch_metric_alarm", "observability_errors");
    const sum = (id: string, namespace: string, metric_name: string, dimensions: object) => ({
      id,
      metric: { namespace, metric_name, period: 60, stat: "Sum", dimensions },
    });
    const common = {
      alarm_name: "flowers-errors",
      alarm_description: `more than ${percent} % of requests fail with 5xx`,
      threshold: percent,
      evaluation_periods: 5,
      datapoints_to_alarm: 3,
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
    };
    const rate = (expression: string) => ({ id: "rate", expression, label: "5xx %", return_data: true });
    expect(errors(0)).toEqual({
      ...common,
      metric_query: [
        rate("100*FILL(failed,0)/requests"),
        sum("failed", "AWS/ApiGateway", "5xx", API),
        sum("requests", "AWS/ApiGateway", "Count", API),
      ],
    });
    const elb = { LoadBalancer: BALANCER };
    expect(errors(1)).toEqual({
      ...common,
      metric_query: [
        rate("100*(FILL(failed,0)+FILL(refused,0))/(FILL(requests,0)+FILL(refused,0))"),
        sum("failed", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", elb),
        sum("refused", "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", elb),
        sum("requests", "AWS/ApplicationELB", "RequestCount", elb),
      ],
    });
    expect(made.errorRatePercent).toBe(percent);
  });

  test("goes off when no replica is well for ten minutes, or none is there at all", () => {
    expect(fargate.one("aws_cloudwatch_metric_alarm", "observability_unhealthy")).toEqual({
      alarm_name: "flowers-unhealthy",
      alarm_description: "no replica answers /ready",
      namespace: "AWS/ApplicationELB",
      metric_name: "HealthyHostCount",
      dimensions: { LoadBalancer: BALANCER, TargetGroup: TARGETS },
      statistic: "Maximum",
      period: 60,
      evaluation_periods: 10,
      threshold: 1,
      comparison_operator: "LessThanThreshold",
      treat_missing_data: "breaching",
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
    });
  });

  test("has the errors alarm take deployments back", () => {
    expect(fargate.only("aws_ecs_service").alarms).toEqual({
      alarm_names: ["${aws_cloudwatch_metric_alarm.observability_errors.alarm_name}"],
      enable: true,
      rollback: true,
    });
  });

  test("tells of a run that failed for good, and of one that blocks the queue", () => {
    const rule = (id: string, text: string, type: string, status: string) => ({
      name: `flowers-training-${id}`,
      description: `A training job of flowers ${text}`,
      event_pattern: {
        source: ["aws.batch"],
        "detail-type": [type],
        detail: { status: [status], jobQueue: [QUEUE] },
      },
    });
    expect(lambda.all("aws_cloudwatch_event_rule")).toEqual({
      "observability_training-failed": rule("failed", "failed for good", "Batch Job State Change", "FAILED"),
      "observability_training-blocked": rule(
        "blocked",
        "blocks the queue: no capacity, no quota or a wrong setting",
        "Batch Job Queue Blocked",
        "RUNNABLE",
      ),
    });
    const target = (id: string) => ({
      rule: `\${aws_cloudwatch_event_rule.observability_training-${id}.name}`,
      target_id: "alerts",
      arn: TOPIC,
    });
    expect(lambda.list("aws_cloudwatch_event_target")).toEqual([target("blocked"), target("failed")]);
  });

  test("asks the logs for predictions by label, slow requests, errors and the course of training", () => {
    const serve = "${aws_cloudwatch_log_group.inference_logs.name}";
    const train = "${aws_cloudwatch_log_group.training_logs.name}";
    const query = (id: string, group: string, query_string: string) => ({
      name: `flowers/${id}`,
      log_group_names: [group],
      query_string,
    });
    expect(lambda.list("aws_cloudwatch_query_definition")).toEqual([
      query(
        "errors",
        serve,
        "filter severity in ['ERROR', 'CRITICAL'] | fields @timestamp, role, run_id, message | sort @timestamp desc | limit 100",
      ),
      query(
        "predictions",
        serve,
        "filter message = 'prediction' | stats count(*) as n, avg(score) as mean_score by label, bin(1h) | sort n desc",
      ),
      query(
        "slow",
        serve,
        "filter message = 'metrics' and role = 'serve' | stats max(metrics.latency_p99_ms) as p99, max(metrics.queue_depth_max) as queue by bin(5m)",
      ),
      query(
        "training",
        train,
        "filter message = 'metrics' and role = 'train' | fields @timestamp, run_id, metrics.train_loss, metrics.val_accuracy, metrics.train_images_per_second | sort @timestamp desc",
      ),
    ]);
  });

  test("exposes what it made of its props", () => {
    observability(0, { logRetentionDays: 30 });
    expect(made.logRetentionDays).toBe(30);
    observability(0);
    expect(made).toMatchObject({ logRetentionDays: 365, latencyP95Ms: 1000, errorRatePercent: 1 });
  });
});
