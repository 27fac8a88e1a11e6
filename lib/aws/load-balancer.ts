import { Apigatewayv2VpcLink } from "@cdktf/provider-aws/lib/apigatewayv2-vpc-link";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { nameFor } from "../core/resource-names";
import { CONTAINER_PORT, READY_PATH } from "../core/workload-contract";
import { IntegrationTarget } from "./http-api";
import { INetwork } from "./network";
import { LOAD_BALANCER } from "./resource-names";
import { SecurityGroup } from "./security-group";

export interface LoadBalancerProps {
  readonly name: string;
  readonly network: INetwork;
  readonly logsBucket?: string;
  /** The group of the tasks behind it. */
  readonly tasks: SecurityGroup;
  /** Whether an HTTP API is the way in; otherwise everything in the VPC may call. */
  readonly behindApi: boolean;
  readonly certificateArn?: string;
  readonly certificateDomain?: string;
  readonly deletionProtection: boolean;
}

/** An internal load balancer in front of the tasks: the way from the HTTP API to them, or the private endpoint itself. */
export class LoadBalancer extends Construct {
  public readonly dnsName: string;
  public readonly arnSuffix: string;
  public readonly targetGroupArn: string;
  public readonly targetGroupArnSuffix: string;
  public readonly listener: LbListener;
  /** How an HTTP API reaches it; unset when none does. */
  public readonly target?: IntegrationTarget;

  public constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { name, network, certificateArn } = props;
    const port = certificateArn === undefined ? 80 : 443;
    const group = new SecurityGroup(this, "group", {
      name: `${name}-alb`,
      description: "Internal load balancer",
      vpcId: network.vpcId,
    });
    group.allowToGroup("tasks", "To the tasks", props.tasks, CONTAINER_PORT);
    props.tasks.allowFromGroup("load-balancer", "From the load balancer", group, CONTAINER_PORT);

    const balancer = new Lb(this, "Resource", {
      name: nameFor(LOAD_BALANCER, name),
      loadBalancerType: "application",
      internal: true,
      subnets: network.privateSubnetIds,
      securityGroups: [group.id],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: props.deletionProtection,
      idleTimeout: 60,
      accessLogs:
        props.logsBucket === undefined ? undefined : { bucket: props.logsBucket, prefix: "alb", enabled: true },
    });
    const targets = new LbTargetGroup(this, "targets", {
      namePrefix: "serve-",
      port: CONTAINER_PORT,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: network.vpcId,
      deregistrationDelay: "30",
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        path: READY_PATH,
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      lifecycle: { createBeforeDestroy: true },
    });
    this.listener = new LbListener(this, "listener", {
      loadBalancerArn: balancer.arn,
      port,
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
      ...(certificateArn === undefined
        ? { protocol: "HTTP" }
        : { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06", certificateArn }),
    });
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.targetGroupArn = targets.arn;
    this.targetGroupArnSuffix = targets.arnSuffix;

    if (props.behindApi) this.target = this.linkFromApi(props, group, port);
    else group.allowFromCidr("vpc", "From the VPC", network.vpcCidr, port);
  }

  private linkFromApi(
    { name, network, ...props }: LoadBalancerProps,
    balancer: SecurityGroup,
    port: number,
  ): IntegrationTarget {
    const group = new SecurityGroup(this, "link-group", {
      name: `${name}-link`,
      description: "HTTP API to the load balancer",
      vpcId: network.vpcId,
    });
    group.allowToGroup("load-balancer", "To the load balancer", balancer, port);
    balancer.allowFromGroup("api", "From the HTTP API", group, port);
    const link = new Apigatewayv2VpcLink(this, "link", {
      name,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [group.id],
    });
    return {
      integrationType: "HTTP_PROXY",
      integrationMethod: "ANY",
      integrationUri: this.listener.arn,
      connectionType: "VPC_LINK",
      connectionId: link.id,
      payloadFormatVersion: "1.0",
      tlsConfig: props.certificateDomain === undefined ? undefined : { serverNameToVerify: props.certificateDomain },
    };
  }
}
