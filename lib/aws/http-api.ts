import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import {
  Apigatewayv2Integration,
  Apigatewayv2IntegrationConfig,
} from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Construct } from "constructs";
import { HEALTH_PATH, PREDICT_PATH, READY_PATH } from "../core/workload-contract";
import { IEncryption } from "./encryption";
import { LogGroup } from "./log-group";
import { EndpointMetrics } from "./metrics";

/** How the API reaches what answers. */
export type IntegrationTarget = Pick<
  Apigatewayv2IntegrationConfig,
  | "integrationType"
  | "integrationMethod"
  | "integrationUri"
  | "connectionType"
  | "connectionId"
  | "payloadFormatVersion"
  | "tlsConfig"
>;

export interface HttpApiProps {
  readonly name: string;
  readonly encryption: IEncryption;
  readonly logRetentionDays?: number;
  readonly target: IntegrationTarget;
  /** Requests a second, and at once, that pass; more are answered with 429. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The public front door: TLS without a domain of one's own, three routes, throttled, every request logged. */
export class HttpApi extends Construct {
  public readonly url: string;
  public readonly executionArn: string;
  public readonly metrics: EndpointMetrics;

  public constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const logs = new LogGroup(this, "logs", {
      // CloudWatch accepts access logs in groups below this prefix without a resource policy of ours.
      name: `/aws/vendedlogs/apis/${props.name}`,
      encryption: props.encryption,
      retentionDays: props.logRetentionDays,
    });
    const api = new Apigatewayv2Api(this, "Resource", { name: props.name, protocolType: "HTTP" });
    const integration = new Apigatewayv2Integration(this, "integration", {
      ...props.target,
      apiId: api.id,
      timeoutMilliseconds: 30000,
      // Another kind of endpoint replaces it while the routes still point at the old one.
      lifecycle: { createBeforeDestroy: true },
    });
    // No $default: everything else is 404 at the edge.
    for (const [method, path] of ROUTES) {
      new Apigatewayv2Route(this, path.slice(1), {
        apiId: api.id,
        routeKey: `${method} ${path}`,
        // The container checks the bearer key.
        authorizationType: "NONE",
        target: `integrations/${integration.id}`,
      });
    }
    new Apigatewayv2Stage(this, "stage", {
      apiId: api.id,
      // Any other name would be a part of the path.
      name: STAGE,
      autoDeploy: true,
      // Metrics by route are billed; those by API and stage come without.
      defaultRouteSettings: {
        detailedMetricsEnabled: false,
        throttlingRateLimit: props.rateLimit,
        throttlingBurstLimit: props.burstLimit,
      },
      accessLogSettings: { destinationArn: logs.arn, format: JSON.stringify(ACCESS_LOG) },
    });
    this.url = api.apiEndpoint;
    this.executionArn = api.executionArn;
    this.metrics = {
      namespace: "AWS/ApiGateway",
      dimensions: { ApiId: api.id, Stage: STAGE },
      requests: "Count",
      errors: "5xx",
      latency: "Latency",
      latencyUnitMs: 1,
    };
  }
}

const STAGE = "$default";

const ROUTES = [
  ["POST", PREDICT_PATH],
  ["GET", HEALTH_PATH],
  ["GET", READY_PATH],
] as const;

const ACCESS_LOG = {
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
};
