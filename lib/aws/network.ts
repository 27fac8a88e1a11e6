import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { mustBe } from "../core/errors";
import { checkEnvironmentName } from "../core/resource-names";
import { checkInteger, checkKnown, checkPattern, checkUnset } from "../core/validation";
import { checkCidr, checkRegion, checkVpcCidr } from "./checks";
import { IEncryption } from "./encryption";
import { allow, ServiceRole } from "./iam";
import { LogGroup } from "./log-group";
import { SecurityGroup } from "./security-group";

/** A network that parts run in: the environment's own, or one that you bring. */
export interface INetwork {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** IPv4 block of the VPC. */
  readonly vpcCidr: string;
  /** Ids of two or more private subnets in different zones: load balancer, GPU hosts and private functions. */
  readonly privateSubnetIds: string[];
  /** Ids of the subnets that training nodes and Fargate tasks start in. */
  readonly computeSubnetIds: string[];
  /** Whether compute gets a public address, because its subnets have no NAT gateway. It never accepts connections. */
  readonly publicAddresses: boolean;
  /** Id of the prefix list of Amazon S3. Unset: looked up where it is needed. */
  readonly s3PrefixListId?: string;
}

/** What a `Network` is made from. */
export interface NetworkProps {
  /** The environment's name. */
  readonly name: string;

  /** Region of the network, for example `us-east-1`. */
  readonly region: string;

  /** The key that flow logs are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * IPv4 block of the VPC, from /16 to /20, outside 172.17.0.0/16.
   *
   * @default 10.40.0.0/16
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly vpcCidr?: string;

  /**
   * The two zones to use. Set them when the training machine is sold in some zones only.
   *
   * @default - the first two of the region in which HTTP APIs can have a VPC link
   */
  readonly availabilityZones?: string[];

  /**
   * NAT gateways: 1 is shared, 2 is one for each zone, 0 gives compute public addresses instead.
   *
   * @default 1 - 0 with `privateNetwork`
   */
  readonly natGateways?: number;

  /**
   * No internet gateway and no NAT: the cloud's services are reached by interface endpoints.
   *
   * @default false
   */
  readonly privateNetwork?: boolean;

  /**
   * Days for which flow logs are kept.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;
}

/**
 * A VPC over two zones, with flow logs, and S3 reached without leaving AWS.
 *
 * One NAT gateway is most of what an idle environment costs; `natGateways: 0` removes it.
 */
export class Network extends Construct implements INetwork {
  /**
   * Use a network that exists already.
   *
   * The subnets need a way to Amazon S3, ECR, ECS, CloudWatch Logs, KMS and Secrets Manager: a NAT gateway or endpoints.
   *
   * @param vpcId id of the VPC
   * @param privateSubnetIds two or more subnets in different zones
   * @param vpcCidr IPv4 block of the VPC: who may reach a private endpoint
   */
  public static fromSubnets(vpcId: string, privateSubnetIds: string[], vpcCidr: string): INetwork {
    checkPattern("vpcId", vpcId, /^vpc-[0-9a-f]{8,17}$/, "the id of a VPC", "for example vpc-0123456789abcdef0");
    if (!Token.isUnresolved(privateSubnetIds)) {
      if (new Set(privateSubnetIds).size < Math.max(2, privateSubnetIds.length)) {
        const fix = "a load balancer needs two zones; add a subnet in another zone";
        throw mustBe("privateSubnetIds", "two different subnets or more", privateSubnetIds, fix);
      }
      for (const id of privateSubnetIds)
        checkPattern(
          "privateSubnetIds",
          id,
          /^subnet-[0-9a-f]{8,17}$/,
          "ids of subnets",
          "for example subnet-0123456789abcdef0",
        );
    }
    checkCidr("vpcCidr", vpcCidr);
    return { vpcId, vpcCidr, privateSubnetIds, computeSubnetIds: privateSubnetIds, publicAddresses: false };
  }

  public readonly vpcId: string;
  public readonly vpcCidr: string;
  public readonly privateSubnetIds: string[];
  public readonly computeSubnetIds: string[];
  public readonly publicAddresses: boolean;
  public readonly s3PrefixListId?: string;

  private readonly props: NetworkProps;

  public constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.props = props;
    checkProps(props);
    const isPrivate = props.privateNetwork ?? false;
    const nats = isPrivate ? 0 : (props.natGateways ?? 1);
    this.vpcCidr = props.vpcCidr ?? "10.40.0.0/16";
    this.publicAddresses = !isPrivate && nats === 0;

    const vpc = new Vpc(this, "Resource", {
      cidrBlock: this.vpcCidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: props.name },
    });
    this.vpcId = vpc.id;
    // Adopted to take its rules away: nothing is reachable by having been forgotten.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id });

    const zones = this.zones();
    const privateSubnets = zones.map((zone, i) =>
      this.subnet("private", i, zone, Fn.cidrsubnet(this.vpcCidr, 4, i + 1)),
    );
    const privateTables = zones.map((_, i) => this.routeTable(`private-${i}`, [privateSubnets[i]]));
    this.privateSubnetIds = privateSubnets.map((subnet) => subnet.id);

    const publicNetwork = isPrivate ? undefined : this.publicNetwork(zones);
    if (publicNetwork && nats > 0) this.natRoutes(nats, publicNetwork, privateTables);
    const compute = this.publicAddresses && publicNetwork ? publicNetwork.subnets : privateSubnets;
    this.computeSubnetIds = compute.map((subnet) => subnet.id);

    const tables = [...privateTables, ...(publicNetwork ? [publicNetwork.table] : [])];
    const s3 = new VpcEndpoint(this, "s3", {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${props.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: tables.map((table) => table.id),
      tags: { Name: `${props.name}-s3` },
    });
    this.s3PrefixListId = s3.prefixListId;
    if (isPrivate) this.interfaceEndpoints();
    this.flowLog();
  }

  private zones(): string[] {
    const given = this.props.availabilityZones;
    if (given !== undefined) return Token.isUnresolved(given) ? [0, 1].map((i) => Fn.element(given, i)) : given;
    const available = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      excludeZoneIds: ZONES_WITHOUT_VPC_LINK,
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    return [0, 1].map((i) => Fn.element(available.names, i));
  }

  private subnet(kind: string, index: number, zone: string, cidr: string): Subnet {
    return new Subnet(this, `${kind}-${index}`, {
      vpcId: this.vpcId,
      availabilityZone: zone,
      cidrBlock: cidr,
      mapPublicIpOnLaunch: kind === "public" && this.publicAddresses,
      tags: { Name: `${this.props.name}-${kind}-${index}` },
      // A new zone in the region must not move a subnet.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
  }

  private routeTable(id: string, subnets: Subnet[]): RouteTable {
    const table = new RouteTable(this, `${id}-routes`, {
      vpcId: this.vpcId,
      tags: { Name: `${this.props.name}-${id}` },
    });
    subnets.forEach((subnet, i) => {
      new RouteTableAssociation(this, `${id}-association-${i}`, { subnetId: subnet.id, routeTableId: table.id });
    });
    return table;
  }

  private publicNetwork(zones: string[]): PublicNetwork {
    const gateway = new InternetGateway(this, "internet", { vpcId: this.vpcId, tags: { Name: this.props.name } });
    const subnets = zones.map((zone, i) => this.subnet("public", i, zone, Fn.cidrsubnet(this.vpcCidr, 8, i)));
    const table = this.routeTable("public", subnets);
    const route = new Route(this, "public-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    return { gateway, subnets, table, route };
  }

  private natRoutes(count: number, { gateway, subnets, route }: PublicNetwork, tables: RouteTable[]): void {
    const nats = subnets.slice(0, count).map((subnet, i) => {
      const address = new Eip(this, `nat-${i}-address`, {
        domain: "vpc",
        tags: { Name: `${this.props.name}-nat-${i}` },
      });
      return new NatGateway(this, `nat-${i}`, {
        allocationId: address.id,
        subnetId: subnet.id,
        tags: { Name: `${this.props.name}-${i}` },
        dependsOn: [gateway, route],
      });
    });
    tables.forEach((table, i) => {
      new Route(this, `private-${i}-route`, {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: nats[Math.min(i, nats.length - 1)].id,
      });
    });
  }

  private interfaceEndpoints(): void {
    const group = new SecurityGroup(this, "endpoints", {
      name: `${this.props.name}-endpoints`,
      description: "Interface endpoints",
      vpcId: this.vpcId,
    });
    group.allowFromCidr("tls", "TLS from the VPC", this.vpcCidr, 443);
    for (const service of INTERFACE_ENDPOINTS) {
      new VpcEndpoint(this, `${service.replace(".", "-")}-endpoint`, {
        vpcId: this.vpcId,
        serviceName: `com.amazonaws.${this.props.region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: this.privateSubnetIds,
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
        tags: { Name: `${this.props.name}-${service}` },
      });
    }
  }

  private flowLog(): void {
    const { name, region, encryption, logRetentionDays } = this.props;
    const logs = new LogGroup(this, "logs", { name: `/${name}/network`, encryption, retentionDays: logRetentionDays });
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"];
    const role = new ServiceRole(this, "flow-logs", {
      name,
      region,
      suffix: "flow-logs",
      service: "vpc-flow-logs.amazonaws.com",
      statements: [allow("Write", actions, `${logs.arn}:*`)],
    });
    new FlowLog(this, "flow-log", {
      vpcId: this.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logs.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags: { Name: name },
    });
  }
}

interface PublicNetwork {
  readonly gateway: InternetGateway;
  readonly subnets: Subnet[];
  readonly table: RouteTable;
  readonly route: Route;
}

// Zones in which HTTP APIs have no VPC links.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html
const ZONES_WITHOUT_VPC_LINK = ["use1-az3", "apne1-az3", "ape1-az1", "cac1-az4", "euw3-az2"];

// What Batch nodes, ECS hosts and tasks call. Nothing here calls STS or CloudWatch metrics; ECR's layers come from S3.
const INTERFACE_ENDPOINTS = [
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "kms",
  "logs",
  "secretsmanager",
];

function checkProps(props: NetworkProps): void {
  checkEnvironmentName(props.name);
  checkRegion(props.region);
  checkVpcCidr("vpcCidr", props.vpcCidr);
  checkKnown("natGateways", props.natGateways, "it decides which subnets and routes there are");
  checkInteger("natGateways", props.natGateways, {
    min: 0,
    max: 2,
    fix: "1 is shared by both zones, 2 is one in each",
  });
  if (props.privateNetwork) {
    checkUnset("natGateways", props.natGateways, "with privateNetwork", "a private network has no NAT gateway");
  }
  const zones = props.availabilityZones;
  if (zones === undefined || Token.isUnresolved(zones)) return;
  const inRegion = zones.every(
    (zone) =>
      Token.isUnresolved(zone) || Token.isUnresolved(props.region) || /^[a-z]$/.test(zone.replace(props.region, "")),
  );
  if (zones.length !== 2 || zones[0] === zones[1] || !inRegion) {
    throw mustBe(
      "availabilityZones",
      "two different zones of the region",
      zones,
      "a zone is the region and a letter, as in us-east-1a",
    );
  }
}
