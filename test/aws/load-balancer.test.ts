import { InferenceProps } from "../../lib/aws";
import { EndpointAccess } from "../../lib/core";
import * as parts from "./parts";
import { Synthesized, synthesize } from "./synthesized";
import { CERTIFICATE_ARN } from "./variants";

const inference = (props: Partial<InferenceProps> = {}): Synthesized =>
  synthesize((stack) => {
    parts.inference(stack, { minReplicas: 1, ...props });
  });

const plain = inference();
const tls = inference({ certificateArn: CERTIFICATE_ARN, certificateDomain: "ml.example.com" });
const SERVICE = "inference_service";
const BALANCER = "inference_service_load-balancer";

describe("the load balancer of aws.Inference", () => {
  test("is internal, strict and logged", () => {
    expect(plain.only("aws_lb")).toEqual({
      name: "flowers",
      load_balancer_type: "application",
      internal: true,
      subnets: parts.NETWORK.privateSubnetIds,
      security_groups: [`\${aws_security_group.${BALANCER}_group.id}`],
      drop_invalid_header_fields: true,
      desync_mitigation_mode: "defensive",
      enable_deletion_protection: true,
      idle_timeout: 60,
      access_logs: { bucket: "our-logs", prefix: "alb", enabled: true },
    });
    const { datasetsBucket, modelsBucket } = parts.BUCKETS;
    expect(inference({ storage: { datasetsBucket, modelsBucket } }).only("aws_lb")).not.toHaveProperty("access_logs");
  });

  test("sends requests to tasks that are ready", () => {
    expect(plain.only("aws_lb_target_group")).toEqual({
      name_prefix: "serve-",
      port: 8080,
      protocol: "HTTP",
      target_type: "ip",
      vpc_id: "vpc-0123456789abcdef0",
      deregistration_delay: "30",
      load_balancing_algorithm_type: "least_outstanding_requests",
      health_check: {
        path: "/ready",
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthy_threshold: 2,
        unhealthy_threshold: 3,
      },
      lifecycle: { create_before_destroy: true },
    });
  });

  test.each([
    {
      way: "plain HTTP inside the network",
      synthesized: plain,
      port: 80,
      listener: { protocol: "HTTP" },
      integration: {},
    },
    {
      way: "TLS with a certificate",
      synthesized: tls,
      port: 443,
      listener: {
        protocol: "HTTPS",
        ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificate_arn: CERTIFICATE_ARN,
      },
      integration: { tls_config: { server_name_to_verify: "ml.example.com" } },
    },
  ])("is reached by the HTTP API alone, over $way", ({ synthesized, port, listener, integration }) => {
    expect(synthesized.only("aws_lb_listener")).toEqual({
      load_balancer_arn: `\${aws_lb.${BALANCER}.arn}`,
      port,
      default_action: [{ type: "forward", target_group_arn: `\${aws_lb_target_group.${BALANCER}_targets.arn}` }],
      ...listener,
    });
    expect(synthesized.only("aws_apigatewayv2_integration")).toEqual({
      api_id: "${aws_apigatewayv2_api.inference_api.id}",
      integration_type: "HTTP_PROXY",
      integration_method: "ANY",
      integration_uri: `\${aws_lb_listener.${BALANCER}_listener.arn}`,
      connection_type: "VPC_LINK",
      connection_id: `\${aws_apigatewayv2_vpc_link.${BALANCER}_link.id}`,
      payload_format_version: "1.0",
      timeout_milliseconds: 30000,
      lifecycle: { create_before_destroy: true },
      ...integration,
    });
    const rule = (own: string, other: string, description: string, to: number) => ({
      security_group_id: `\${aws_security_group.${own}.id}`,
      referenced_security_group_id: `\${aws_security_group.${other}.id}`,
      description,
      ip_protocol: "tcp",
      from_port: to,
      to_port: to,
    });
    const [link, group, tasks] = [`${BALANCER}_link-group`, `${BALANCER}_group`, `${SERVICE}_tasks`];
    expect(synthesized.list("aws_vpc_security_group_ingress_rule")).toEqual([
      rule(group, link, "From the HTTP API", port),
      rule(tasks, group, "From the load balancer", 8080),
    ]);
    expect(synthesized.one("aws_vpc_security_group_egress_rule", `${link}_to-load-balancer`)).toEqual(
      rule(link, group, "To the load balancer", port),
    );
    expect(synthesized.one("aws_vpc_security_group_egress_rule", `${group}_to-tasks`)).toEqual(
      rule(group, tasks, "To the tasks", 8080),
    );
  });

  test("is the endpoint itself when access is privateOnly", () => {
    const urlOf = (props: Partial<InferenceProps>): string => {
      let url = "";
      synthesize((stack) => {
        url = parts.inference(stack, { access: EndpointAccess.privateOnly(), ...props }).endpointUrl;
      });
      return url;
    };
    expect(urlOf({})).toMatch(/^http:\/\/\$\{TfToken\[TOKEN\.\d+\]\}$/);
    expect(urlOf({ certificateArn: CERTIFICATE_ARN, certificateDomain: "ml.example.com" })).toBe(
      "https://ml.example.com",
    );
  });
});
