import { Inference, InferenceProps } from "../../lib/aws";
import { Accelerator, EndpointAccess } from "../../lib/core";
import * as parts from "./parts";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

let made: Inference;
function inference(props: Partial<InferenceProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = parts.inference(stack, props);
  });
}

const toZero = inference();
const alwaysOn = inference({ minReplicas: 1 });

describe("aws.Inference", () => {
  test.each<{ props: Partial<InferenceProps>; kind: string; machine: string; replicas: [number, number] }>([
    { props: {}, kind: "lambda", machine: "AWS Lambda", replicas: [0, 4] },
    { props: { minReplicas: 0, maxReplicas: 9 }, kind: "lambda", machine: "AWS Lambda", replicas: [0, 9] },
    { props: { minReplicas: 1 }, kind: "fargate", machine: "AWS Fargate", replicas: [1, 4] },
    { props: { minReplicas: 6 }, kind: "fargate", machine: "AWS Fargate", replicas: [6, 6] },
    { props: { access: EndpointAccess.privateOnly() }, kind: "fargate", machine: "AWS Fargate", replicas: [1, 4] },
    { props: { privateNetwork: true }, kind: "fargate", machine: "AWS Fargate", replicas: [1, 4] },
    { props: { accelerator: Accelerator.gpu(16) }, kind: "gpu", machine: "g4dn.xlarge", replicas: [1, 4] },
    { props: { accelerator: Accelerator.L4, maxReplicas: 2 }, kind: "gpu", machine: "g6.xlarge", replicas: [1, 2] },
    { props: { machineType: "g5.2xlarge" }, kind: "gpu", machine: "g5.2xlarge", replicas: [1, 4] },
  ])("runs on $kind with $replicas replicas of $machine", ({ props, kind, machine, replicas }) => {
    inference(props);
    expect(made.endpointKind).toBe(kind);
    expect(made.machine.type).toBe(machine);
    expect([made.minReplicas, made.maxReplicas]).toEqual(replicas);
  });

  test("makes a bearer key once, and keeps it", () => {
    expect(toZero.only("aws_secretsmanager_secret")).toEqual({
      name: "flowers/api-key",
      description: "Bearer key of the flowers endpoint",
      kms_key_id: KEY_ARN,
      recovery_window_in_days: 30,
    });
    expect(toZero.only("aws_secretsmanager_secret_version")).toEqual({
      secret_id: "${aws_secretsmanager_secret.inference_key.id}",
      secret_string: "${uuid()}",
      lifecycle: { ignore_changes: ["secret_string"] },
    });
  });

  test.each([
    { access: EndpointAccess.open(), name: "open" },
    { access: EndpointAccess.privateOnly(), name: "privateOnly" },
  ])("has no bearer key when access is $name", ({ access }) => {
    const keyless = inference({ access, minReplicas: 1 });
    expect(keyless.all("aws_secretsmanager_secret")).toEqual({});
    expect(keyless.text).not.toContain("ML_API_KEY");
    expect(made.apiKeySecretName).toBeUndefined();
  });

  test("answers on three routes of an HTTP API, and on nothing else", () => {
    expect(toZero.only("aws_apigatewayv2_api")).toEqual({ name: "flowers", protocol_type: "HTTP" });
    const route = (route_key: string) => ({
      api_id: "${aws_apigatewayv2_api.inference_api.id}",
      authorization_type: "NONE",
      route_key,
      target: "integrations/${aws_apigatewayv2_integration.inference_api_integration.id}",
    });
    const routes = [route("GET /health"), route("POST /predict"), route("GET /ready")];
    expect(toZero.list("aws_apigatewayv2_route")).toEqual(routes);
    expect(alwaysOn.list("aws_apigatewayv2_route")).toEqual(routes);
  });

  test("logs every request at the edge", () => {
    expect(toZero.only("aws_apigatewayv2_stage")).toMatchObject({
      name: "$default",
      auto_deploy: true,
      access_log_settings: {
        destination_arn: "${aws_cloudwatch_log_group.inference_api_logs.arn}",
        format: {
          requestId: "$context.requestId",
          ip: "$context.identity.sourceIp",
          time: "$context.requestTimeEpoch",
          route: "$context.routeKey",
          status: "$context.status",
          latencyMs: "$context.responseLatency",
          backendStatus: "$context.integrationStatus",
          backendLatencyMs: "$context.integrationLatency",
          bytes: "$context.responseLength",
          error: "$context.error.message",
        },
      },
    });
  });

  test.each<{ props: Partial<InferenceProps>; rate: number; burst: number }>([
    { props: {}, rate: 32, burst: 32 },
    { props: { maxReplicas: 10, concurrency: 2 }, rate: 20, burst: 20 },
    { props: { latencyP95Ms: 250 }, rate: 128, burst: 32 },
    { props: { maxReplicas: 1, concurrency: 1, latencyP95Ms: 30_000 }, rate: 1, burst: 1 },
    { props: { throttlingRateLimit: 7, throttlingBurstLimit: 9 }, rate: 7, burst: 9 },
    { props: { minReplicas: 1 }, rate: 100, burst: 200 },
    { props: { minReplicas: 1, throttlingRateLimit: 7, throttlingBurstLimit: 9 }, rate: 7, burst: 9 },
  ])("lets $rate requests a second and $burst at once through with $props", ({ props, rate, burst }) => {
    expect(inference(props).only("aws_apigatewayv2_stage").default_route_settings).toEqual({
      detailed_metrics_enabled: false,
      throttling_rate_limit: rate,
      throttling_burst_limit: burst,
    });
  });

  test("keeps the id of what every kind has, so that one kind can follow another", () => {
    const kinds = [toZero, alwaysOn, inference({ accelerator: Accelerator.T4 })];
    const ids = kinds.map((kind) => [
      ...Object.keys(kind.all("aws_cloudwatch_log_group")),
      ...Object.keys(kind.all("aws_apigatewayv2_integration")),
      ...Object.keys(kind.all("aws_secretsmanager_secret")),
    ]);
    const same = ["inference_api_logs", "inference_logs", "inference_api_integration", "inference_key"];
    expect(ids).toEqual([same, same, same]);
    for (const kind of kinds) {
      expect(kind.only("aws_apigatewayv2_integration").lifecycle).toEqual({ create_before_destroy: true });
    }
  });

  test.each([
    { logRetentionDays: undefined, days: 365 },
    { logRetentionDays: 7, days: 7 },
  ])("keeps the logs of replicas and of the API for $days days", ({ logRetentionDays, days }) => {
    expect(inference({ logRetentionDays }).all("aws_cloudwatch_log_group")).toEqual({
      inference_api_logs: { name: "/aws/vendedlogs/apis/flowers", retention_in_days: days, kms_key_id: KEY_ARN },
      inference_logs: { name: "/flowers/serve", retention_in_days: days, kms_key_id: KEY_ARN },
    });
  });

  test("with access privateOnly has no HTTP API, and lets the whole VPC call", () => {
    const inside = inference({ access: EndpointAccess.privateOnly() });
    expect(inside.all("aws_apigatewayv2_api")).toEqual({});
    expect(inside.all("aws_apigatewayv2_vpc_link")).toEqual({});
    expect(inside.one("aws_vpc_security_group_ingress_rule", "inference_service_load-balancer_group_from-vpc")).toEqual(
      {
        security_group_id: "${aws_security_group.inference_service_load-balancer_group.id}",
        description: "From the VPC",
        cidr_ipv4: "10.0.0.0/16",
        ip_protocol: "tcp",
        from_port: 80,
        to_port: 80,
      },
    );
  });

  test("takes no deployment back on Lambda, which has none", () => {
    const before = synthesize((stack) => parts.inference(stack));
    const after = synthesize((stack) => parts.inference(stack).rollBackOn("flowers-errors"));
    expect(after.text).toBe(before.text);
  });
});
