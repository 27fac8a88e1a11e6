import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { EndpointMetrics, metricsNamespace } from "./metrics";

export interface DashboardProps {
  readonly name: string;
  readonly region: string;
  readonly training?: { readonly logGroupName: string };
  readonly inference?: { readonly logGroupName: string };
  readonly endpoint?: EndpointMetrics;
}

/** One page that answers: is the endpoint well, does training make progress, what went wrong. */
export class Dashboard extends Construct {
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const widgets = [
      ...(props.endpoint ? endpointGraphs(props.endpoint) : []),
      ...(props.training ? trainingGraphs(metricsNamespace(props.name)) : []),
    ].map((properties, i) => ({
      type: "metric",
      x: 12 * (i % 2),
      y: HEIGHT * Math.floor(i / 2),
      width: 12,
      height: HEIGHT,
      properties: { region: props.region, view: "timeSeries", period: 60, ...properties },
    }));
    const groups = [props.training?.logGroupName, props.inference?.logGroupName].filter((group) => group !== undefined);
    const errors = {
      type: "log",
      x: 0,
      y: HEIGHT * Math.ceil(widgets.length / 2),
      width: 24,
      height: HEIGHT,
      properties: { title: "Errors", region: props.region, view: "table", query: errorQuery(groups) },
    };
    this.name = new CloudwatchDashboard(this, "Resource", {
      dashboardName: props.name,
      dashboardBody: JSON.stringify({ widgets: groups.length > 0 ? [...widgets, errors] : widgets }),
    }).dashboardName;
  }
}

const HEIGHT = 6;

type Metric = (string | { readonly [key: string]: string })[];

interface Graph {
  readonly title: string;
  readonly stat?: string;
  readonly metrics: Metric[];
}

function endpointGraphs({ namespace, dimensions, ...metrics }: EndpointMetrics): Graph[] {
  const all = (metric: string, options?: { [key: string]: string }): Metric => [
    namespace,
    metric,
    ...Object.entries(dimensions).flat(),
    ...(options ? [options] : []),
  ];
  const { targetGroup, service } = metrics;
  const health = (metric: string): Metric => [...all(metric), "TargetGroup", targetGroup ?? ""];
  const use = (metric: string): Metric =>
    service ? ["AWS/ECS", metric, "ServiceName", service.name, "ClusterName", service.cluster] : [];
  return [
    { title: "Latency", metrics: ["p50", "p95", "p99"].map((stat) => all(metrics.latency, { stat, label: stat })) },
    { title: "Requests and errors", stat: "Sum", metrics: [all(metrics.requests), all(metrics.errors)] },
    ...(targetGroup === undefined
      ? []
      : [{ title: "Replicas", stat: "Average", metrics: [health("HealthyHostCount"), health("UnHealthyHostCount")] }]),
    ...(service === undefined
      ? []
      : [{ title: "CPU and memory", stat: "Average", metrics: [use("CPUUtilization"), use("MemoryUtilization")] }]),
  ];
}

function trainingGraphs(namespace: string): Graph[] {
  const own = (metric: string, options?: { [key: string]: string }): Metric => [
    namespace,
    metric,
    "role",
    "train",
    ...(options ? [options] : []),
  ];
  return [
    {
      title: "Training: loss and validation accuracy",
      stat: "Average",
      metrics: [own("train_loss"), own("val_accuracy", { yAxis: "right" })],
    },
    { title: "Training: images per second", stat: "Average", metrics: [own("train_images_per_second")] },
  ];
}

function errorQuery(groups: string[]): string {
  const sources = groups.map((group) => `SOURCE '${group}'`).join(" | ");
  const filter = "filter severity in ['ERROR', 'CRITICAL'] | fields @timestamp, role, message";
  return `${sources} | ${filter} | sort @timestamp desc | limit 50`;
}
