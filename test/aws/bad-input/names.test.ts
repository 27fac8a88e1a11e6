import * as aws from "../../../lib/aws";
import { Accelerator, EndpointAccess, Schedule } from "../../../lib/core";
import { LATER_TEXT } from "../../core/tokens";
import { BUCKETS, KEY, NAMED, NETWORK } from "../parts";
import { Asked, refused, refusedPart } from "./refused";

const NAME =
  "SpecError: name must be 3 to 16 characters, a lower-case letter first, then lower-case letters, digits and single " +
  "hyphens, no hyphen at the end, got";
const BUILT = "every resource name of every cloud is built from it";
const TAG =
  "SpecError: imageTag must be 1 to 120 letters, digits, dots, hyphens and underscores, no dot or hyphen first, got";
const PUSHED = "use the version that was pushed, without -cpu or -cuda";
const region = (given: string): string =>
  `SpecError: region must be an AWS region such as us-east-1, got "${given}"; use the region's code, not its name`;

describe("the name of an environment on AWS", () => {
  test.each(["abc", "abcdefghijklmnop"])("may be %p", (name) => {
    expect(refused({ name })).toBe("accepted");
  });

  test.each(["ab", "abcdefghijklmnopq", "Flowers", "flo--wers", "flowers-"])("may not be %p", (name) => {
    expect(refused({ name })).toBe(`${NAME} "${name}"; ${BUILT}`);
  });

  const reserved = (prefix: string, name: string, kind: string): string =>
    `SpecError: name must be one that does not start with "${prefix}", got "${name}"; ${kind} names that do are reserved; choose another`;
  const gpu: Asked = { inference: { accelerator: Accelerator.L4 } };
  const balanced: Asked = { inference: { minReplicas: 1 } };

  test.each<[name: string, asked: Asked, answer: string]>([
    ["sthree-flowers", {}, reserved("sthree-", "sthree-flowers", "Amazon S3 bucket")],
    ["amzn-s3-demo-a", {}, reserved("amzn-s3-demo-", "amzn-s3-demo-a", "Amazon S3 bucket")],
    ["internal-a", balanced, reserved("internal-", "internal-a", "Application Load Balancer")],
    ["internal-a", {}, "accepted"],
    ["aws-flowers", gpu, reserved("aws", "aws-flowers", "ECS capacity provider")],
    ["ecs-flowers", gpu, reserved("ecs", "ecs-flowers", "ECS capacity provider")],
    ["fargate1", gpu, reserved("fargate", "fargate1", "ECS capacity provider")],
    ["aws-flowers", balanced, "accepted"],
  ])("is refused only where AWS keeps its beginning for itself: %p with %p", (name, asked, answer) => {
    expect(refused({ ...asked, name })).toBe(answer);
  });
});

describe("the region", () => {
  test.each(["us-east-1", "eu-central-2", "us-gov-west-1", "ap-southeast-4", LATER_TEXT])("may be %p", (code) => {
    expect(refused({ region: code })).toBe("accepted");
  });

  test.each(["", "Frankfurt", "us-east", "us-east-1a", "US-EAST-1", "useast1", "us-east-12", "xus-east-1"])(
    "may not be %p",
    (code) => {
      expect(refused({ region: code })).toBe(region(code));
    },
  );
});

describe("the tag of the image", () => {
  test.each(["v1", "a".repeat(120), LATER_TEXT])("may be %p", (imageTag) => {
    expect(refused({ imageTag })).toBe("accepted");
  });

  test.each(["", "v 1", ".v1", "flowers:v1", "v1@latest", "a".repeat(121)])("may not be %p", (imageTag) => {
    expect(refused({ imageTag })).toBe(`${TAG} "${imageTag}"; ${PUSHED}`);
  });

  test("is checked in parts that are used alone, too", () => {
    const brought = { ...NAMED, network: NETWORK, encryption: KEY, storage: BUCKETS, imageTag: "v 1" };
    expect(refusedPart((stack) => new aws.Training(stack, "training", brought))).toBe(`${TAG} "v 1"; ${PUSHED}`);
    expect(refusedPart((stack) => new aws.Inference(stack, "inference", brought))).toBe(`${TAG} "v 1"; ${PUSHED}`);
  });

  test("is refused where there is no registry to find it in", () => {
    const brought = { ...NAMED, network: NETWORK, encryption: KEY, storage: BUCKETS, imageTag: "v1" };
    expect(refusedPart((stack) => new aws.Training(stack, "training", brought))).toBe(
      'SpecError: imageTag must be used together with a registry, got "v1"; pass registry, or name the whole image with image',
    );
  });
});

describe("every part, used alone", () => {
  const training = (stack: Parameters<Parameters<typeof refusedPart>[0]>[0]) =>
    new aws.Training(stack, "training", { ...NAMED, network: NETWORK, encryption: KEY, storage: BUCKETS });
  const bad = { name: "Flowers", region: "us-east-1" };
  const elsewhere = { name: "flowers", region: "Frankfurt" };

  test.each<[part: string, make: (named: typeof bad) => Parameters<typeof refusedPart>[0]]>([
    ["Encryption", (named) => (stack) => new aws.Encryption(stack, "part", named)],
    ["Network", (named) => (stack) => new aws.Network(stack, "part", { ...named, encryption: KEY })],
    ["Storage", (named) => (stack) => new aws.Storage(stack, "part", { ...named, encryption: KEY })],
    [
      "Training",
      (named) => (stack) =>
        new aws.Training(stack, "part", { ...named, network: NETWORK, encryption: KEY, storage: BUCKETS }),
    ],
    [
      "Inference",
      (named) => (stack) => new aws.Inference(stack, "part", { ...named, encryption: KEY, storage: BUCKETS }),
    ],
    ["Observability", (named) => (stack) => new aws.Observability(stack, "part", { ...named, encryption: KEY })],
    [
      "Retraining",
      (named) => (stack) =>
        new aws.Retraining(stack, "part", {
          ...named,
          encryption: KEY,
          training: training(stack),
          schedule: Schedule.daily(3),
        }),
    ],
    [
      "Budget",
      (named) => (stack) => new aws.Budget(stack, "part", { ...named, monthlyUsd: 1, alertTopicArn: "arn:aws:sns" }),
    ],
    ["StateStore", (named) => (stack) => new aws.StateStore(stack, "part", named)],
    [
      "StateStore.bucketNameFor",
      (named) => () => aws.StateStore.bucketNameFor(named.name, "123456789012", named.region),
    ],
  ])("checks name and region by itself: %s", (_, make) => {
    expect(refusedPart(make(bad))).toBe(`${NAME} "Flowers"; ${BUILT}`);
    expect(refusedPart(make(elsewhere))).toBe(region("Frankfurt"));
  });

  test("checks the name in Registry, which needs no region", () => {
    expect(refusedPart((stack) => new aws.Registry(stack, "part", { name: "Flowers", encryption: KEY }))).toBe(
      `${NAME} "Flowers"; ${BUILT}`,
    );
  });
});

describe("an account", () => {
  test.each(["12345678901", "1234567890123", "1234-5678-9012", ""])("may not be %p", (account) => {
    expect(refusedPart(() => aws.StateStore.bucketNameFor("flowers", account, "us-east-1"))).toBe(
      `SpecError: accountId must be the 12 digits of an AWS account, got "${account}"; leave hyphens away`,
    );
  });
});

describe("tags", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i}`, "x"]));
  const KEYS = "SpecError: tags must be keyed by 1 to 128 letters, digits, spaces and _ . : / = + - @, got";
  const ELSE = "AWS refuses anything else on some of its resources";

  test.each<[what: string, tags: { [key: string]: string }]>([
    ["47 of them", many(47)],
    ["every sign that AWS takes", { "Größe 1_.:/=+-@": "ü 1_.:/=+-@" }],
    ["a key of 128 and a value of 256", { ["k".repeat(128)]: "v".repeat(256) }],
    ["no value", { team: "" }],
    ["aws inside", { "team-aws:x": "1" }],
    ["tokens", { team: LATER_TEXT, [LATER_TEXT]: "vision" }],
  ])("may be %s", (_, tags) => {
    expect(refused({ tags })).toBe("accepted");
  });

  test.each<[tags: { [key: string]: string }, answer: string]>([
    [many(48), "SpecError: tags must be at most 47, got 48; AWS allows 50 and this library adds 3"],
    [{ "": "x" }, `${KEYS} ""; ${ELSE}`],
    [{ "a&b": "x" }, `${KEYS} "a&b"; ${ELSE}`],
    [{ "a\nb": "x" }, `${KEYS} "a\\nb"; ${ELSE}`],
    [{ ["k".repeat(129)]: "x" }, `${KEYS} "${"k".repeat(129)}"; ${ELSE}`],
    [
      { "aws:team": "x" },
      'SpecError: tags must be free of keys that start with aws:, got "aws:team"; AWS keeps them; rename it',
    ],
    [
      { "AWS:team": "x" },
      'SpecError: tags must be free of keys that start with aws:, got "AWS:team"; AWS keeps them; rename it',
    ],
    [
      { team: "a&b" },
      `SpecError: tags.team must be up to 256 letters, digits, spaces and _ . : / = + - @, got "a&b"; ${ELSE}`,
    ],
    [
      { environment: "mine" },
      'SpecError: tags must be free of environment and managed-by, got "environment"; every environment sets these itself; choose another key',
    ],
    [
      { team: "v".repeat(257) },
      `SpecError: tags.team must be up to 256 letters, digits, spaces and _ . : / = + - @, got "${"v".repeat(257)}"; ${ELSE}`,
    ],
  ])("may not be %p", (tags, answer) => {
    expect(refused({ tags })).toBe(answer);
  });
});

describe("an endpoint of a name that a load balancer cannot have", () => {
  test("is refused when it is private, too", () => {
    expect(refused({ name: "internal-a", inference: { access: EndpointAccess.privateOnly() } })).toBe(
      'SpecError: name must be one that does not start with "internal-", got "internal-a"; ' +
        "Application Load Balancer names that do are reserved; choose another",
    );
  });
});
