import { TerraformOutput } from "cdktf";
import { Network, NetworkProps } from "../../lib/aws";
import { KEY, NAMED, NETWORK } from "./parts";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

let made: Network;
function network(props: Partial<NetworkProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = new Network(stack, "network", { ...NAMED, encryption: KEY, ...props });
    new TerraformOutput(stack, "compute", { value: made.computeSubnetIds, staticId: true });
  });
}

const shared = network();
const isPrivate = network({ privateNetwork: true });

describe("aws.Network", () => {
  test("consists of these resources, and of fewer when it is private", () => {
    const always = {
      aws_cloudwatch_log_group: 1,
      aws_default_security_group: 1,
      aws_flow_log: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_vpc: 1,
    };
    expect(shared.types()).toEqual({
      ...always,
      aws_eip: 1,
      aws_internet_gateway: 1,
      aws_nat_gateway: 1,
      aws_route: 3,
      aws_route_table: 3,
      aws_route_table_association: 4,
      aws_subnet: 4,
      aws_vpc_endpoint: 1,
    });
    expect(isPrivate.types()).toEqual({
      ...always,
      aws_route_table: 2,
      aws_route_table_association: 2,
      aws_security_group: 1,
      aws_subnet: 2,
      aws_vpc_endpoint: 9,
      aws_vpc_security_group_ingress_rule: 1,
    });
  });

  test.each([
    { vpcCidr: undefined, cidr: "10.40.0.0/16" },
    { vpcCidr: "10.8.0.0/20", cidr: "10.8.0.0/20" },
  ])("cuts all subnets from its block, $cidr", ({ vpcCidr, cidr }) => {
    const cut = network({ vpcCidr });
    expect(cut.only("aws_vpc")).toMatchObject({
      cidr_block: cidr,
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
    expect(cut.each("aws_subnet", "cidr_block")).toEqual({
      "network_private-0": `\${cidrsubnet("${cidr}", 4, 1)}`,
      "network_private-1": `\${cidrsubnet("${cidr}", 4, 2)}`,
      "network_public-0": `\${cidrsubnet("${cidr}", 8, 0)}`,
      "network_public-1": `\${cidrsubnet("${cidr}", 8, 1)}`,
    });
    expect(made.vpcCidr).toBe(cidr);
  });

  test("lies in the first two zones in which an HTTP API can have a VPC link, and stays there", () => {
    expect(Object.values(shared.data.aws_availability_zones)).toEqual([
      {
        state: "available",
        exclude_zone_ids: ["use1-az3", "apne1-az3", "ape1-az1", "cac1-az4", "euw3-az2"],
        filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      },
    ]);
    const zone = (index: number): string => `\${element(data.aws_availability_zones.network_zones.names, ${index})}`;
    expect(shared.each("aws_subnet", "availability_zone")).toEqual({
      "network_private-0": zone(0),
      "network_private-1": zone(1),
      "network_public-0": zone(0),
      "network_public-1": zone(1),
    });
    for (const subnet of shared.list("aws_subnet")) {
      expect(subnet.lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
    }
  });

  test("lies in the zones that are asked for", () => {
    const placed = network({ availabilityZones: ["us-east-1b", "us-east-1f"] });
    expect(placed.data.aws_availability_zones).toBeUndefined();
    expect(Object.values(placed.each("aws_subnet", "availability_zone"))).toEqual([
      "us-east-1b",
      "us-east-1f",
      "us-east-1b",
      "us-east-1f",
    ]);
  });

  test.each([
    { natGateways: undefined, throughGateways: ["network_nat-0", "network_nat-0"], gateways: 1 },
    { natGateways: 1, throughGateways: ["network_nat-0", "network_nat-0"], gateways: 1 },
    { natGateways: 2, throughGateways: ["network_nat-0", "network_nat-1"], gateways: 2 },
  ])("shares $gateways NAT gateways between its zones", ({ natGateways, throughGateways, gateways }) => {
    const routed = network({ natGateways });
    expect(routed.list("aws_nat_gateway")).toHaveLength(gateways);
    expect(routed.list("aws_eip")).toHaveLength(gateways);
    throughGateways.forEach((gateway, zone) => {
      expect(routed.one("aws_route", `network_private-${zone}-route`)).toEqual({
        route_table_id: `\${aws_route_table.network_private-${zone}-routes.id}`,
        destination_cidr_block: "0.0.0.0/0",
        nat_gateway_id: `\${aws_nat_gateway.${gateway}.id}`,
      });
    });
    expect(Object.values(routed.each("aws_subnet", "map_public_ip_on_launch"))).toEqual([false, false, false, false]);
    expect(made.publicAddresses).toBe(false);
    expect(routed.outputs.compute.value).toEqual([
      "${aws_subnet.network_private-0.id}",
      "${aws_subnet.network_private-1.id}",
    ]);
  });

  test("makes a NAT gateway only when the internet can be reached through it", () => {
    expect(shared.only("aws_nat_gateway")).toMatchObject({
      subnet_id: "${aws_subnet.network_public-0.id}",
      allocation_id: "${aws_eip.network_nat-0-address.id}",
      depends_on: ["aws_internet_gateway.network_internet", "aws_route.network_public-route"],
    });
    expect(shared.one("aws_route", "network_public-route")).toMatchObject({
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: "${aws_internet_gateway.network_internet.id}",
    });
  });

  test("without a NAT gateway gives compute public addresses, and private subnets no way out", () => {
    const bare = network({ natGateways: 0 });
    expect(bare.each("aws_subnet", "map_public_ip_on_launch")).toEqual({
      "network_private-0": false,
      "network_private-1": false,
      "network_public-0": true,
      "network_public-1": true,
    });
    expect(Object.keys(bare.all("aws_route"))).toEqual(["network_public-route"]);
    expect(bare.all("aws_nat_gateway")).toEqual({});
    expect(bare.all("aws_eip")).toEqual({});
    expect(made.publicAddresses).toBe(true);
    expect(bare.outputs.compute.value).toEqual([
      "${aws_subnet.network_public-0.id}",
      "${aws_subnet.network_public-1.id}",
    ]);
  });

  test("reaches S3 without leaving AWS from every route table", () => {
    expect(shared.only("aws_vpc_endpoint")).toMatchObject({
      service_name: "com.amazonaws.us-east-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: [
        "${aws_route_table.network_private-0-routes.id}",
        "${aws_route_table.network_private-1-routes.id}",
        "${aws_route_table.network_public-routes.id}",
      ],
    });
  });

  test("when private has no route to anywhere, and an endpoint for each service that compute calls", () => {
    expect(isPrivate.all("aws_route")).toEqual({});
    expect(Object.values(isPrivate.each("aws_vpc_endpoint", "service_name")).sort()).toEqual([
      "com.amazonaws.us-east-1.ecr.api",
      "com.amazonaws.us-east-1.ecr.dkr",
      "com.amazonaws.us-east-1.ecs",
      "com.amazonaws.us-east-1.ecs-agent",
      "com.amazonaws.us-east-1.ecs-telemetry",
      "com.amazonaws.us-east-1.kms",
      "com.amazonaws.us-east-1.logs",
      "com.amazonaws.us-east-1.s3",
      "com.amazonaws.us-east-1.secretsmanager",
    ]);
    const byInterface = isPrivate.list("aws_vpc_endpoint").filter((one) => one.vpc_endpoint_type === "Interface");
    expect(byInterface).toHaveLength(8);
    for (const endpoint of byInterface) {
      expect(endpoint).toMatchObject({
        private_dns_enabled: true,
        subnet_ids: ["${aws_subnet.network_private-0.id}", "${aws_subnet.network_private-1.id}"],
        security_group_ids: ["${aws_security_group.network_endpoints.id}"],
      });
    }
    expect(isPrivate.only("aws_security_group")).toEqual({
      name: "flowers-endpoints",
      description: "Interface endpoints",
      vpc_id: "${aws_vpc.network.id}",
      lifecycle: { create_before_destroy: true },
    });
    expect(isPrivate.only("aws_vpc_security_group_ingress_rule")).toEqual({
      security_group_id: "${aws_security_group.network_endpoints.id}",
      description: "TLS from the VPC",
      cidr_ipv4: "10.40.0.0/16",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
  });

  test("takes every rule away from the VPC's default security group", () => {
    expect(shared.only("aws_default_security_group")).toEqual({ vpc_id: "${aws_vpc.network.id}" });
  });

  test.each([
    { logRetentionDays: undefined, days: 365 },
    { logRetentionDays: 14, days: 14 },
  ])("logs all traffic and keeps that for $days days", ({ logRetentionDays, days }) => {
    const logged = network({ logRetentionDays });
    expect(logged.only("aws_flow_log")).toMatchObject({
      vpc_id: "${aws_vpc.network.id}",
      traffic_type: "ALL",
      log_destination_type: "cloud-watch-logs",
      log_destination: "${aws_cloudwatch_log_group.network_logs.arn}",
      iam_role_arn: "${aws_iam_role.network_flow-logs.arn}",
      max_aggregation_interval: 600,
    });
    expect(logged.only("aws_cloudwatch_log_group")).toEqual({
      name: "/flowers/network",
      retention_in_days: days,
      kms_key_id: KEY_ARN,
    });
  });

  test("that is brought along is taken as it is", () => {
    const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
    expect(NETWORK).toEqual({
      vpcId: "vpc-0123456789abcdef0",
      vpcCidr: "10.0.0.0/16",
      privateSubnetIds: subnets,
      computeSubnetIds: subnets,
      publicAddresses: false,
    });
  });
});
