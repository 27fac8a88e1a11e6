import { Token } from "cdktf";
import { mustBe } from "../core/errors";
import { checkKnown, checkOneOf, checkPattern } from "../core/validation";

export function checkRegion(region: string): void {
  checkPattern(
    "region",
    region,
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    "an AWS region such as us-east-1",
    "use the region's code, not its name",
  );
}

// What CloudWatch Logs can keep logs for.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function checkLogRetention(days: number | undefined): void {
  checkOneOf(
    "observability.logRetentionDays",
    days,
    RETENTION_DAYS,
    "CloudWatch Logs keeps logs for these numbers of days",
  );
}

// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
export function checkTags(tags: { [key: string]: string } | undefined): void {
  checkKnown("tags", tags, "write the map out; each value may be a token");
  const given = Object.entries(tags ?? {});
  // 50 on a resource, of which environment, managed-by and Name are the library's.
  if (given.length > 47) throw mustBe("tags", "at most 47", given.length, "AWS allows 50 and this library adds 3");
  for (const [key, value] of given) {
    const fix = "AWS refuses anything else on some of its resources";
    if (/^aws:/i.test(key)) throw mustBe("tags", "free of keys that start with aws:", key, "AWS keeps them; rename it");
    checkPattern(
      "tags",
      key,
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
      "keyed by 1 to 128 letters, digits, spaces and _ . : / = + - @",
      fix,
    );
    checkPattern(
      `tags.${key}`,
      value,
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
      "up to 256 letters, digits, spaces and _ . : / = + - @",
      fix,
    );
  }
}

// The bridge of Docker on every ECS and Batch host: a VPC address in it never leaves the host.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
const DOCKER_BRIDGE = 172 * 256 + 17;

interface Cidr {
  readonly address: number;
  readonly prefix: number;
}

/** Unset when it is none, or does not start at its first address. */
function parseCidr(cidr: string): Cidr | undefined {
  const match = /^((?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3})\/(\d|[12]\d|3[0-2])$/.exec(cidr);
  if (!match) return undefined;
  const bytes = match[1].split(".").map(Number);
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const prefix = Number(match[2]);
  return Math.max(...bytes) > 255 || address % 2 ** (32 - prefix) !== 0 ? undefined : { address, prefix };
}

/** The IPv4 block of a VPC that exists. */
export function checkCidr(prop: string, cidr: string): void {
  if (Token.isUnresolved(cidr) || parseCidr(cidr)) return;
  throw mustBe(prop, "an IPv4 block that starts at its first address", cidr, "for example 10.0.0.0/16");
}

/** An IPv4 block that the subnets can be cut from. */
export function checkVpcCidr(prop: string, cidr: string | undefined): void {
  if (cidr === undefined || Token.isUnresolved(cidr)) return;
  const { address, prefix } = parseCidr(cidr) ?? { address: 0, prefix: 0 };
  if (prefix < 16 || prefix > 20) {
    const allowed = "an IPv4 block from /16 to /20 that starts at its first address, such as 10.40.0.0/16";
    throw mustBe(prop, allowed, cidr, "four subnets are cut from it");
  }
  if (address >>> 16 === DOCKER_BRIDGE) {
    throw mustBe(
      prop,
      "outside 172.17.0.0/16",
      cidr,
      "the Docker bridge of every training and GPU host overlaps it; choose another block",
    );
  }
}

// What ECS on Fargate sells: GiB of memory by vCPU.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: (to - from) / by + 1 }, (_, i) => from + i * by);
const FARGATE_GIB = new Map<number, number[]>([
  [0.25, [0.5, 1, 2]],
  [0.5, steps(1, 4, 1)],
  [1, steps(2, 8, 1)],
  [2, steps(4, 16, 1)],
  [4, steps(8, 30, 1)],
  [8, steps(16, 60, 4)],
  [16, steps(32, 120, 8)],
]);

/** What a task of this many vCPUs gets when nobody says: 4 GiB, or the nearest that is sold. */
export function fargateMemoryGib(vcpus: number): number {
  const sold = FARGATE_GIB.get(vcpus) ?? [4];
  return Math.min(Math.max(4, sold[0]), sold[sold.length - 1]);
}

export function checkFargateSize(vcpus: number, memoryGib: number): void {
  checkOneOf("inference.vcpus", vcpus, [...FARGATE_GIB.keys()], "AWS Fargate sells these");
  if (Token.isUnresolved(vcpus)) return;
  const fix = `AWS Fargate sells these with ${vcpus} vCPU`;
  checkOneOf("inference.memoryGib", memoryGib, FARGATE_GIB.get(vcpus) ?? [], fix);
}
