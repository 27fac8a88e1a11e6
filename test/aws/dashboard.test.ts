import { variant } from "./shared";
import { Arguments } from "./synthesized";

function widgets(name: string): Arguments[] {
  const { dashboard_name, dashboard_body } = variant(name).only("aws_cloudwatch_dashboard");
  expect(dashboard_name).toBe("flowers");
  return (dashboard_body as Arguments).widgets as Arguments[];
}

const graph = (x: number, y: number, title: string, more: object) => ({
  type: "metric",
  x,
  y,
  width: 12,
  height: 6,
  properties: { title, region: "us-east-1", view: "timeSeries", period: 60, ...more },
});
const errorsBelow = (y: number) => ({
  type: "log",
  x: 0,
  y,
  width: 24,
  height: 6,
  properties: {
    title: "Errors",
    region: "us-east-1",
    view: "table",
    query:
      "SOURCE '${aws_cloudwatch_log_group.environment_training_logs.name}' | " +
      "SOURCE '${aws_cloudwatch_log_group.environment_inference_logs.name}' | " +
      "filter severity in ['ERROR', 'CRITICAL'] | fields @timestamp, role, message | sort @timestamp desc | limit 50",
  },
});
const training = (y: number) => [
  graph(0, y, "Training: loss and validation accuracy", {
    stat: "Average",
    metrics: [
      ["pytorch-vision/flowers", "train_loss", "role", "train"],
      ["pytorch-vision/flowers", "val_accuracy", "role", "train", { yAxis: "right" }],
    ],
  }),
  graph(12, y, "Training: images per second", {
    stat: "Average",
    metrics: [["pytorch-vision/flowers", "train_images_per_second", "role", "train"]],
  }),
];
const percentiles = (metric: string[]) => ["p50", "p95", "p99"].map((stat) => [...metric, { stat, label: stat }]);

describe("the dashboard on AWS", () => {
  test("of a function shows latency, requests, training and errors", () => {
    const api = ["ApiId", "${aws_apigatewayv2_api.environment_inference_api.id}", "Stage", "$default"];
    expect(widgets("default")).toEqual([
      graph(0, 0, "Latency", { metrics: percentiles(["AWS/ApiGateway", "Latency", ...api]) }),
      graph(12, 0, "Requests and errors", {
        stat: "Sum",
        metrics: [
          ["AWS/ApiGateway", "Count", ...api],
          ["AWS/ApiGateway", "5xx", ...api],
        ],
      }),
      ...training(6),
      errorsBelow(12),
    ]);
  });

  test("of replicas also shows how many are well, and what they use", () => {
    const service = "environment_inference_service";
    const balancer = ["LoadBalancer", `\${aws_lb.${service}_load-balancer.arn_suffix}`];
    const targets = ["TargetGroup", `\${aws_lb_target_group.${service}_load-balancer_targets.arn_suffix}`];
    const ecs = [
      "ServiceName",
      `\${aws_ecs_service.${service}.name}`,
      "ClusterName",
      `\${aws_ecs_cluster.${service}_cluster.name}`,
    ];
    expect(widgets("always on")).toEqual([
      graph(0, 0, "Latency", { metrics: percentiles(["AWS/ApplicationELB", "TargetResponseTime", ...balancer]) }),
      graph(12, 0, "Requests and errors", {
        stat: "Sum",
        metrics: [
          ["AWS/ApplicationELB", "RequestCount", ...balancer],
          ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ...balancer],
        ],
      }),
      graph(0, 6, "Replicas", {
        stat: "Average",
        metrics: [
          ["AWS/ApplicationELB", "HealthyHostCount", ...balancer, ...targets],
          ["AWS/ApplicationELB", "UnHealthyHostCount", ...balancer, ...targets],
        ],
      }),
      graph(12, 6, "CPU and memory", {
        stat: "Average",
        metrics: [
          ["AWS/ECS", "CPUUtilization", ...ecs],
          ["AWS/ECS", "MemoryUtilization", ...ecs],
        ],
      }),
      ...training(12),
      errorsBelow(18),
    ]);
  });
});
