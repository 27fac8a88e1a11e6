import { Schedule, Weekday } from "../../lib/core";
import { Environment, Observability, Retraining, RetrainingProps, StateStore } from "../../lib/gcp";
import { KEY, NAMED, training } from "./parts";
import { Arguments, Synthesized, synthesize, variant } from "./synthesized";
import { QUICKSTART } from "./variants";

const whole = variant("default");
const SERVICE = "${google_cloud_run_v2_service.environment_inference.name}";
const WORKFLOW = "${google_workflows_workflow.environment_training.name}";
const CHANNEL = "${google_monitoring_notification_channel.environment_observability_email-mlexamplecom.id}";

describe("alerts on Google Cloud", () => {
  const ofService = (more = ""): string => `{monitored_resource="cloud_run_revision",service_name="${SERVICE}"${more}}`;
  const alerts: [id: string, severity: string, duration: string, query: string][] = [
    [
      "latency",
      "WARNING",
      "300s",
      `histogram_quantile(0.95, sum by (le) (rate(run_googleapis_com:request_latencies_bucket${ofService()}[5m]))) > 1000`,
    ],
    [
      "errors",
      "CRITICAL",
      "300s",
      `100 * sum(rate(run_googleapis_com:request_count${ofService(',response_code_class="5xx"')}[5m])) / ` +
        `sum(rate(run_googleapis_com:request_count${ofService()}[5m])) > 1`,
    ],
    [
      "training",
      "ERROR",
      "0s",
      "sum(increase(workflows_googleapis_com:finished_execution_count" +
        `{monitored_resource="workflows.googleapis.com/Workflow",workflow_id="${WORKFLOW}",status="FAILED"}[10m])) > 0`,
    ],
    [
      "gpu-idle",
      "WARNING",
      "1800s",
      "avg(avg_over_time(ml_googleapis_com:training_accelerator_utilization" +
        '{monitored_resource="cloudml_job"}[30m])) < 0.1',
    ],
  ];

  test.each(alerts)("write to everybody when this holds: %s", (id, severity, duration, query) => {
    expect(whole.one("google_monitoring_alert_policy", `environment_observability_alert-${id}`)).toMatchObject({
      display_name: `flowers ${id}`,
      severity,
      combiner: "OR",
      notification_channels: [CHANNEL],
      alert_strategy: { auto_close: "86400s" },
      conditions: [
        {
          display_name: id,
          condition_prometheus_query_language: {
            query,
            duration,
            evaluation_interval: "60s",
            disable_metric_validation: true,
          },
        },
      ],
    });
  });

  test("are these four and no other", () => {
    expect(whole.list("google_monitoring_alert_policy")).toHaveLength(alerts.length);
  });

  test("are about what is there", () => {
    const alone = synthesize((stack) => {
      new Observability(stack, "observability", { ...NAMED, encryption: KEY, training: training(stack) });
    });
    expect(Object.keys(alone.all("google_monitoring_alert_policy"))).toEqual([
      "observability_alert-gpu-idle",
      "observability_alert-training",
    ]);
    expect(alone.all("google_bigquery_dataset")).toEqual({});
  });
});

describe("the dashboard on Google Cloud", () => {
  const { mosaicLayout } = whole.only("google_monitoring_dashboard").dashboard_json as Arguments;
  const { columns, tiles } = mosaicLayout as Arguments;

  test("is six charts in three rows, without a zero that the API would drop", () => {
    expect(columns).toBe(48);
    const placed = (tiles as Arguments[]).map(({ width, height, xPos, yPos }) => [width, height, xPos, yPos]);
    expect(placed).toEqual([
      [24, 16, undefined, undefined],
      [24, 16, 24, undefined],
      [24, 16, undefined, 16],
      [24, 16, 24, 16],
      [24, 16, undefined, 32],
      [24, 16, 24, 32],
    ]);
  });

  test("shows the endpoint and training", () => {
    const titles = (tiles as Arguments[]).map(({ widget }) => (widget as Arguments).title);
    expect(titles).toEqual([
      "Endpoint latency, p95 (ms)",
      "Requests per second, by class",
      "Endpoint instances",
      "Training runs finished per day",
      "Training accelerator utilization",
      "Training CPU utilization",
    ]);
  });
});

describe("logs on Google Cloud", () => {
  const serve = `resource.type="cloud_run_revision" AND resource.labels.service_name="${SERVICE}"`;

  test("of the endpoint, of jobs and of the workflow go to a bucket of the environment's own", () => {
    expect(whole.one("google_logging_project_sink", "environment_observability_logs-sink")).toEqual({
      project: "acme-vision",
      name: "flowers-logs",
      destination: "logging.googleapis.com/${google_logging_project_bucket_config.environment_observability_logs.id}",
      filter:
        `(${serve}) OR (resource.type="ml_job") OR (resource.type="workflows.googleapis.com/Workflow" ` +
        `AND resource.labels.workflow_id="${WORKFLOW}")`,
      unique_writer_identity: true,
    });
  });

  test("of predictions go to BigQuery", () => {
    expect(whole.one("google_logging_project_sink", "environment_observability_predictions-sink")).toEqual({
      project: "acme-vision",
      name: "flowers-predictions",
      destination: "bigquery.googleapis.com/${google_bigquery_dataset.environment_observability_predictions.id}",
      filter: `${serve} AND jsonPayload.message="prediction"`,
      unique_writer_identity: true,
      bigquery_options: { use_partitioned_tables: true },
    });
  });
});

describe("the budget on Google Cloud", () => {
  test("is of the whole project, and writes at 50, 80 and 100 percent spent and at 100 percent forecast", () => {
    expect(whole.only("google_billing_budget")).toMatchObject({
      billing_account: "012345-6789AB-CDEF01",
      budget_filter: { projects: ["projects/123456789012"], calendar_period: "MONTH" },
      amount: { specified_amount: { currency_code: "USD", units: "300" } },
      threshold_rules: [
        { threshold_percent: 0.5, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 0.8, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1, spend_basis: "FORECASTED_SPEND" },
      ],
      all_updates_rule: { monitoring_notification_channels: [CHANNEL], disable_default_iam_recipients: false },
    });
  });

  test("writes to five channels at most, and to administrators alone without any", () => {
    const rule = (alertEmails: string[]): Arguments =>
      synthesize(
        (stack) => new Environment(stack, "environment", { ...QUICKSTART, observability: { alertEmails } }),
      ).only("google_billing_budget");
    const six = ["a", "b", "c", "d", "e", "f"].map((name) => `${name}@example.com`);
    expect(rule(six).all_updates_rule).toMatchObject({
      monitoring_notification_channels: Array(5).fill(expect.any(String)),
    });
    expect(rule([])).not.toHaveProperty("all_updates_rule");
  });
});

describe("scheduled retraining on Google Cloud", () => {
  const job = (schedule: RetrainingProps["schedule"]): Arguments =>
    synthesize((stack) => {
      new Retraining(stack, "retraining", { ...NAMED, training: training(stack), schedule });
    }).only("google_cloud_scheduler_job");

  test.each([
    { schedule: Schedule.daily(0), cron: "0 0 * * *" },
    { schedule: Schedule.daily(23), cron: "0 23 * * *" },
    { schedule: Schedule.weekly(Weekday.SUNDAY, 3), cron: "0 3 * * 0" },
    { schedule: Schedule.weekly(Weekday.MONDAY, 4), cron: "0 4 * * 1" },
    { schedule: Schedule.weekly(Weekday.SATURDAY, 5), cron: "0 5 * * 6" },
    { schedule: Schedule.monthly(28, 6), cron: "0 6 28 * *" },
  ])("is at the hour that was asked for, in UTC: $cron", ({ schedule, cron }) => {
    expect(job(schedule)).toMatchObject({ schedule: cron, time_zone: "Etc/UTC" });
  });

  test("executes the workflow with nothing to say, as an account of its own", () => {
    const { body, ...target } = job(Schedule.daily(3)).http_target as Arguments;
    expect(target).toEqual({
      http_method: "POST",
      uri: "https://workflowexecutions.googleapis.com/v1/${google_workflows_workflow.training.id}/executions",
      headers: { "Content-Type": "application/json" },
      oauth_token: {
        service_account_email: "${google_service_account.retraining_account.email}",
        scope: "https://www.googleapis.com/auth/cloud-platform",
      },
    });
    expect(JSON.parse(Buffer.from(String(body), "base64").toString())).toEqual({ argument: "{}" });
  });
});

describe("the store of state on Google Cloud", () => {
  const store: Synthesized = synthesize((stack) => new StateStore(stack, "state", NAMED));

  test("is a bucket that keeps 30 old versions, and that no plan destroys", () => {
    expect(store.only("google_storage_bucket")).toEqual({
      project: "acme-vision",
      name: "acme-vision-flowers-state",
      location: "us-central1",
      storage_class: "STANDARD",
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      force_destroy: false,
      versioning: { enabled: true },
      soft_delete_policy: { retention_duration_seconds: 604800 },
      lifecycle_rule: [{ action: { type: "Delete" }, condition: { num_newer_versions: 30, with_state: "ARCHIVED" } }],
      labels: { environment: "flowers", "managed-by": "cdktf-pytorch-vision" },
      lifecycle: { prevent_destroy: true },
      depends_on: ["google_project_service.state_cloudresourcemanager", "google_project_service.state_storage"],
    });
    expect(store.types()).toEqual({ google_project_service: 2, google_storage_bucket: 1 });
  });

  test("has a name that a backend can know beforehand", () => {
    expect(StateStore.bucketNameFor("flowers", "acme-vision")).toBe("acme-vision-flowers-state");
  });
});
