import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { Accelerator, Purchase, Schedule } from "../../../lib/core";
import * as gcp from "../../../lib/gcp";
import { Later } from "../../core/tokens";
import { Json, readJson, Variables, WrittenStack } from "../../written";
import { NAMED } from "../parts";
import { addProviders } from "../variants";
import { Asked, refused } from "./refused";

const written = (asked: (variable: Variables) => Asked): WrittenStack =>
  new WrittenStack((stack, variable) => {
    addProviders(stack);
    new gcp.Environment(stack, "environment", { ...NAMED, ...asked(variable) });
  });

/** Everything that may be a token. */
const EVERYTHING = written((variable) => {
  const number = (name: string): number => variable(name).numberValue;
  const text = (name: string): string => variable(name).stringValue;
  return {
    name: text("name"),
    project: text("project"),
    projectNumber: text("number"),
    region: text("region"),
    imageTag: text("tag"),
    privateNetwork: true,
    training: {
      machineType: "a3-highgpu-8g",
      acceleratorsPerNode: number("gpus"),
      nodes: number("nodes"),
      maxConcurrentRuns: number("runs"),
      maxRunHours: number("hours"),
      scratchGib: number("scratch"),
      purchase: Purchase.reserved(text("reservation")),
      environment: { ML_EPOCHS: text("epochs"), OURS: `${number("ours")}` },
    },
    inference: {
      vcpus: number("vcpus"),
      memoryGib: number("memory"),
      minReplicas: number("min"),
      concurrency: number("concurrency"),
      modelVersion: text("model"),
    },
    invokers: [text("caller"), "domain:example.com"],
    storage: { noncurrentVersionDays: number("old"), checkpointDays: number("checkpoints") },
    observability: {
      logRetentionDays: number("retention"),
      alertEmails: variable("emails").listValue,
      latencyP95Ms: number("latency"),
      errorRatePercent: number("errors"),
    },
    retraining: { schedule: Schedule.monthly(number("day"), number("hour")) },
    budget: { monthlyUsd: number("usd") },
    billingAccount: text("account"),
    budgetCurrency: text("currency"),
    accessLogBucket: text("access"),
    tags: { team: text("team") },
  };
});

const GPU = written((variable) => ({
  flexStart: true,
  flexStartMaxWaitHours: variable("wait").numberValue,
  training: { accelerator: Accelerator.L4 },
  inference: { accelerator: Accelerator.L4, minReplicas: variable("min").numberValue },
  observability: { alertEmails: [variable("first").stringValue, "ml@example.com"] },
}));

const env = (name: string): string => `user_env_vars.${name}`;
const WORKFLOW = "google_workflows_workflow";
const SERVICE = "google_cloud_run_v2_service";
const BUCKET = "google_storage_bucket";
const ALERT = "conditions.0.condition_prometheus_query_language.query";

describe("a number that only Terraform knows", () => {
  test.each<[what: string, stack: WrittenStack, type: string, path: string, expected: Json[]]>([
    ["the nodes", EVERYTHING, WORKFLOW, env("NODES"), ["${var.nodes}"]],
    ["the runs at once", EVERYTHING, WORKFLOW, env("MAX_CONCURRENT_RUNS"), ["${var.runs}"]],
    ["the time limit", EVERYTHING, WORKFLOW, env("RUN_SECONDS"), ["${floor((var.hours * 3600))}"]],
    ["the disk", EVERYTHING, WORKFLOW, env("DISK"), ['{"bootDiskType":"pd-ssd","bootDiskSizeGb":${var.scratch}}']],
    [
      "the wait",
      GPU,
      WORKFLOW,
      env("SCHEDULING"),
      ['{"strategy":"FLEX_START","disableRetries":true,"maxWaitDuration":"${(var.wait * 3600)}s"}'],
    ],
    ["the vCPUs", EVERYTHING, SERVICE, "template.containers.0.resources.limits.cpu", ["${var.vcpus}"]],
    ["the memory", EVERYTHING, SERVICE, "template.containers.0.resources.limits.memory", ["${var.memory}Gi"]],
    ["the least replicas", EVERYTHING, SERVICE, "template.scaling.min_instance_count", ["${var.min}"]],
    [
      "the most replicas, never below the least",
      EVERYTHING,
      SERVICE,
      "template.scaling.max_instance_count",
      ["${max(4, var.min)}"],
    ],
    [
      "the most replicas on GPU, never below the least",
      GPU,
      SERVICE,
      "template.scaling.max_instance_count",
      ["${max(2, var.min)}"],
    ],
    [
      "the requests in flight",
      EVERYTHING,
      SERVICE,
      "template.max_instance_request_concurrency",
      ["${var.concurrency}"],
    ],
    [
      "the days of old versions",
      EVERYTHING,
      BUCKET,
      "lifecycle_rule.0.condition.days_since_noncurrent_time",
      ["${var.old}", "${var.old}"],
    ],
    ["the days of checkpoints", EVERYTHING, BUCKET, "lifecycle_rule.2.condition.age", ["${var.checkpoints}"]],
    ["the days of logs", EVERYTHING, "google_logging_project_bucket_config", "retention_days", ["${var.retention}"]],
    [
      "the days of predictions",
      EVERYTHING,
      "google_bigquery_dataset",
      "default_partition_expiration_ms",
      ["${(var.retention * 86400000)}"],
    ],
    ["the schedule", EVERYTHING, "google_cloud_scheduler_job", "schedule", ["0 ${var.hour} ${var.day} * *"]],
    ["the budget", EVERYTHING, "google_billing_budget", "amount.specified_amount.units", ["${floor(var.usd)}"]],
  ])("becomes an expression: %s", (_, stack, type, path, expected) => {
    expect(stack.every(type, path)).toEqual(expected);
  });

  test("becomes an expression: the alerts", () => {
    const queries = EVERYTHING.every("google_monitoring_alert_policy", ALERT).map(String);
    expect(queries.map((query) => query.slice(query.lastIndexOf(" > ")))).toEqual(
      expect.arrayContaining([" > ${var.latency}", " > ${var.errors}"]),
    );
    expect(EVERYTHING.every("google_monitoring_alert_policy", "documentation.content")).toEqual(
      expect.arrayContaining(["95th percentile of the endpoint's latency is over ${var.latency} ms for 5 minutes."]),
    );
  });

  test("is never left as the number that stands for it", () => {
    for (const { text } of [EVERYTHING, GPU]) expect(text.match(/-?\d\.\d+e\+\d+|TfToken|TOKEN\.\d+/g)).toBeNull();
  });
});

describe("JSON with a value in it that only Terraform knows", () => {
  test("holds texts as texts: the container of a job", () => {
    expect(readJson(EVERYTHING.every(WORKFLOW, env("ENV"))[0])).toMatchObject({
      ML_MODEL_URI: expect.stringMatching(/^gs:\/\/\$\{google_storage_bucket\..*\.name\}\/models\/\$\{var\.name\}\/$/),
      ML_EPOCHS: "${var.epochs}",
      OURS: "${var.ours}",
    });
  });

  test("holds texts as texts: the machine of a job", () => {
    expect(readJson(EVERYTHING.every(WORKFLOW, env("MACHINE"))[0])).toEqual({
      machineType: "a3-highgpu-8g",
      acceleratorType: "NVIDIA_H100_80GB",
      acceleratorCount: 8,
      reservationAffinity: {
        reservationAffinityType: "SPECIFIC_RESERVATION",
        key: "compute.googleapis.com/reservation-name",
        values: ["${var.reservation}"],
      },
    });
  });
});

describe("text that only Terraform knows", () => {
  const AGENT = "serviceAccount:service-${var.number}@gcp-sa-aiplatform.iam.gserviceaccount.com";
  const suffix = expect.stringMatching(/^\$\{replace\(var\.name, "-", "_"\)\}_(submitter|attacher)_\$\{substr\(/);

  test.each<[what: string, type: string, path: string, expected: Json[]]>([
    ["the buckets", BUCKET, "name", ["datasets", "models"].map((id) => `\${var.project}-\${var.name}-${id}`)],
    ["the bucket of access logs", BUCKET, "logging.log_bucket", Array(2).fill("${var.access}")],
    ["the roles, which take no hyphen", "google_project_iam_custom_role", "role_id", [suffix, suffix]],
    [
      "the dataset, which takes no hyphen",
      "google_bigquery_dataset",
      "dataset_id",
      ['${replace(var.name, "-", "_")}_predictions'],
    ],
    ["the region", WORKFLOW, env("VERTEX_URL"), ["https://${var.region}-aiplatform.googleapis.com/v1"]],
    [
      "the image",
      WORKFLOW,
      env("IMAGE"),
      [
        expect.stringMatching(
          /^\$\{var\.region\}-docker\.pkg\.dev\/\$\{var\.project\}\/.*\/classifier:\$\{var\.tag\}-cuda$/,
        ),
      ],
    ],
    ["the callers", "google_cloud_run_v2_service_iam_member", "member", ["${var.caller}", "domain:example.com"]],
    ["the billing account", "google_billing_budget", "billing_account", ["${var.account}"]],
    ["the currency", "google_billing_budget", "amount.specified_amount.currency_code", ["${var.currency}"]],
    ["the project's number", "google_billing_budget", "budget_filter.projects.0", ["projects/${var.number}"]],
    ["a label", BUCKET, "labels.team", ["${var.team}", "${var.team}"]],
  ])("becomes a reference: %s", (_, type, path, expected) => {
    expect(EVERYTHING.every(type, path)).toEqual(expected);
  });

  test("becomes a reference: the agent of Vertex AI", () => {
    expect(EVERYTHING.every("google_kms_crypto_key_iam_member", "member")).toContain(AGENT);
  });
});

describe("a list that only Terraform knows", () => {
  const CHANNEL = "google_monitoring_notification_channel";

  test("of addresses becomes a channel for each of them", () => {
    expect(EVERYTHING.every(CHANNEL, "for_each")).toEqual(["${toset(var.emails)}"]);
    expect(EVERYTHING.every(CHANNEL, "labels.email_address")).toEqual(["${each.value}"]);
    const channels = expect.stringMatching(/^\$\{values\(google_monitoring_notification_channel\.\w+\)\[\*\]\.id\}$/);
    expect(EVERYTHING.every("google_monitoring_alert_policy", "notification_channels")).toEqual(
      Array(4).fill(channels),
    );
    expect(EVERYTHING.every("google_billing_budget", "all_updates_rule.monitoring_notification_channels")).toEqual([
      expect.stringMatching(/^\$\{slice\(values\(.*\)\[\*\]\.id, 0, min\(5, length\(values\(.*\)\[\*\]\.id\)\)\)\}$/),
    ]);
  });

  test("is not one that has a token in it", () => {
    expect(GPU.every(CHANNEL, "for_each")).toEqual([]);
    expect(GPU.every(CHANNEL, "labels.email_address")).toEqual(["${var.first}", "ml@example.com"]);
  });
});

describe("warnings about a new project", () => {
  test("say nothing about numbers that only Terraform knows", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    addProviders(stack);
    const number = (name: string): number => new TerraformVariable(stack, name, {}).numberValue;
    const environment = new gcp.Environment(stack, "environment", {
      ...NAMED,
      scanImages: false,
      inference: { maxReplicas: number("max"), vcpus: number("vcpus"), memoryGib: number("memory") },
    });
    expect(environment.node.metadata.map(({ data }) => data)).toEqual([
      "observability.alertEmails is empty: alerts and failed runs are recorded, but nobody is written to",
      "before the first deployment, once: gcloud services enable serviceusage.googleapis.com " +
        "cloudresourcemanager.googleapis.com --project=acme-vision",
      "n1-standard-4+t4 counts against Vertex AI's own quotas of custom model training in us-central1, " +
        "which may be 0 in a new project: without them a run waits or fails with 429",
    ]);
  });
});

describe("a map that only Terraform knows", () => {
  test.each<[prop: string, asked: (map: { [name: string]: string }) => Asked]>([
    ["training.environment", (environment) => ({ training: { environment } })],
    ["inference.environment", (environment) => ({ inference: { environment } })],
  ])("is refused, because it cannot be put together with the environment's own: %s", (prop, asked) => {
    expect(refused(asked(new Later().variable("map").value))).toBe(
      `SpecError: ${prop} must be known before Terraform runs, got a token; write the map out; each value may be a token`,
    );
  });
});
