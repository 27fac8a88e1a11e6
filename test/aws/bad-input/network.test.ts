import * as aws from "../../../lib/aws";
import { LATER_LIST, LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { refusal } from "../../refusal";
import { NETWORK } from "../parts";
import { Asked, refused } from "./refused";

describe("the block of the VPC", () => {
  const BLOCK = "an IPv4 block from /16 to /20 that starts at its first address, such as 10.40.0.0/16";

  test.each(["10.0.0.0/16", "10.0.16.0/20", "192.168.240.0/20", "172.16.0.0/16", "172.18.0.0/16", LATER_TEXT])(
    "may be %p",
    (vpcCidr) => {
      expect(refused({ vpcCidr })).toBe("accepted");
    },
  );

  test.each([
    "10.0.0.0/15",
    "10.0.0.0/21",
    "10.0.0.0/28",
    "10.0.0.0",
    "10.0.0/16",
    "10.0.8.0/20",
    "10.0.0.1/16",
    "256.0.0.0/16",
    "10.0.0.0/016",
    "010.0.0.0/16",
    "fd00::/16",
    "10.0.0.0/16 ",
    "",
  ])("may not be %p", (vpcCidr) => {
    expect(refused({ vpcCidr })).toBe(
      `SpecError: vpcCidr must be ${BLOCK}, got "${vpcCidr}"; four subnets are cut from it`,
    );
  });

  test.each(["172.17.0.0/16", "172.17.240.0/20"])("may not overlap the bridge of Docker: %p", (vpcCidr) => {
    expect(refused({ vpcCidr })).toBe(
      `SpecError: vpcCidr must be outside 172.17.0.0/16, got "${vpcCidr}"; ` +
        "the Docker bridge of every training and GPU host overlaps it; choose another block",
    );
  });
});

describe("the zones", () => {
  test.each([[["us-east-1a", "us-east-1f"]], [["us-east-1a", LATER_TEXT]], [LATER_LIST]])("may be %p", (zones) => {
    expect(refused({ availabilityZones: zones })).toBe("accepted");
  });

  test.each([
    [[]],
    [["us-east-1a"]],
    [["us-east-1a", "us-east-1a"]],
    [["us-east-1a", "us-east-1b", "us-east-1c"]],
    [["us-east-1a", "us-west-2b"]],
    [["us-east-1", "us-east-1a"]],
    [["us-east-1a", "us-east-1-bos-1a"]],
  ])("may not be %p", (zones) => {
    expect(refused({ availabilityZones: zones })).toBe(
      `SpecError: availabilityZones must be two different zones of the region, got ${JSON.stringify(zones)}; ` +
        "a zone is the region and a letter, as in us-east-1a",
    );
  });
});

describe("the NAT gateways", () => {
  const gateways = (natGateways: number, more: Asked = {}): string => refused({ natGateways, ...more });

  test("are none, one or two", () => {
    expect([0, 1, 2].map((count) => gateways(count))).toEqual(Array(3).fill("accepted"));
    for (const count of [-1, 3, 0.5]) {
      expect(gateways(count)).toBe(
        `SpecError: natGateways must be a whole number from 0 to 2, got ${count}; 1 is shared by both zones, 2 is one in each`,
      );
    }
  });

  test("are refused in a private network, which has none", () => {
    expect(gateways(0, { privateNetwork: true })).toBe(
      "SpecError: natGateways must be unset with privateNetwork, got 0; a private network has no NAT gateway",
    );
  });

  test("are refused when only Terraform knows how many: other resources hang on it", () => {
    expect(gateways(LATER_NUMBER)).toBe(
      "SpecError: natGateways must be known before Terraform runs, got a token; it decides which subnets and routes there are",
    );
  });
});

describe("a network that is brought along", () => {
  const VPC = "vpc-0123456789abcdef0";
  const [A, B] = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
  const from = (vpc: string, subnets: string[], cidr: string): string =>
    refusal(() => aws.Network.fromSubnets(vpc, subnets, cidr));

  test.each([
    [VPC, [A, B], "10.0.0.0/16"],
    ["vpc-01234567", ["subnet-01234567", A, B], "10.0.0.0/28"],
    [LATER_TEXT, [LATER_TEXT, A], LATER_TEXT],
    [VPC, LATER_LIST, "10.0.0.0/16"],
  ])("may be %p, %p, %p", (vpc, subnets, cidr) => {
    expect(from(vpc, subnets, cidr)).toBe("accepted");
  });

  test.each([[[]], [[A]], [[A, A]], [[A, B, A]]])("needs two different subnets: %p", (subnets) => {
    expect(from(VPC, subnets, "10.0.0.0/16")).toBe(
      `SpecError: privateSubnetIds must be two different subnets or more, got ${JSON.stringify(subnets)}; ` +
        "a load balancer needs two zones; add a subnet in another zone",
    );
  });

  test.each(["vpc-1", "vpc-0123456789abcdef01", "subnet-0123456789abcdef0", ""])("is refused by the VPC %p", (vpc) => {
    expect(from(vpc, [A, B], "10.0.0.0/16")).toBe(
      `SpecError: vpcId must be the id of a VPC, got "${vpc}"; for example vpc-0123456789abcdef0`,
    );
  });

  test.each(["subnet-1", "vpc-0123456789abcdef0"])("is refused by the subnet %p", (subnet) => {
    expect(from(VPC, [A, subnet], "10.0.0.0/16")).toBe(
      `SpecError: privateSubnetIds must be ids of subnets, got "${subnet}"; for example subnet-0123456789abcdef0`,
    );
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.1/16", "300.0.0.0/16"])("is refused by the block %p", (cidr) => {
    expect(from(VPC, [A, B], cidr)).toBe(
      `SpecError: vpcCidr must be an IPv4 block that starts at its first address, got "${cidr}"; for example 10.0.0.0/16`,
    );
  });

  test.each<[prop: string, asked: Asked, shown: string]>([
    ["vpcCidr", { vpcCidr: "10.0.0.0/16" }, '"10.0.0.0/16"'],
    ["availabilityZones", { availabilityZones: ["us-east-1a"] }, '["us-east-1a"]'],
    ["natGateways", { natGateways: 1 }, "1"],
  ])("decides what %s would", (prop, asked, shown) => {
    expect(refused({ network: NETWORK, ...asked })).toBe(
      `SpecError: ${prop} must be unset with network, got ${shown}; the network that you bring decides`,
    );
  });
});
