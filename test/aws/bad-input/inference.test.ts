import * as aws from "../../../lib/aws";
import { Accelerator, EndpointAccess, InferenceProps } from "../../../lib/core";
import { LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { BUCKETS, KEY, NAMED } from "../parts";
import { CERTIFICATE_ARN } from "../variants";
import { Asked, refused, refusedPart } from "./refused";

const inference = (props: InferenceProps, more: Asked = {}): string => refused({ inference: props, ...more });

describe("the replicas of an endpoint", () => {
  const replicas = (prop: string, min: number, given: number, fix: string): string =>
    `SpecError: inference.${prop} must be a whole number from ${min} to 5000, got ${given}; ${fix}`;
  const toZero =
    "AWS has no GPU endpoint that scales to zero: keep one, or use Google Cloud or Azure, or Accelerator.NONE";
  const privately = "a load balancer passes no more than 1 MB to a function";

  test.each<[props: InferenceProps, answer: string]>([
    [{ minReplicas: -1 }, replicas("minReplicas", 0, -1, "0 costs nothing at rest")],
    [{ minReplicas: 5001 }, replicas("minReplicas", 0, 5001, "0 costs nothing at rest")],
    [{ minReplicas: 5000 }, "accepted"],
    [{ maxReplicas: 0 }, replicas("maxReplicas", 1, 0, "give a count of 1 or more")],
    [{ maxReplicas: 1.5 }, replicas("maxReplicas", 1, 1.5, "give a count of 1 or more")],
    [{ maxReplicas: 5001 }, replicas("maxReplicas", 1, 5001, "give a count of 1 or more")],
    [{ maxReplicas: 5000 }, "accepted"],
    [
      { minReplicas: 3, maxReplicas: 2 },
      "SpecError: inference.minReplicas must be at most inference.maxReplicas (2), got 3; lower it or raise maxReplicas",
    ],
    [
      { concurrency: 0 },
      "SpecError: inference.concurrency must be a whole number from 1 to 1000, got 0; give requests in flight per replica",
    ],
    [
      { concurrency: 1001 },
      "SpecError: inference.concurrency must be a whole number from 1 to 1000, got 1001; give requests in flight per replica",
    ],
    [{ concurrency: 1000 }, "accepted"],
    [
      { accelerator: Accelerator.L4, minReplicas: 0 },
      `SpecError: inference.minReplicas must be 1 or more on a GPU endpoint, got 0; ${toZero}`,
    ],
    [
      { machineType: "g6.xlarge", minReplicas: 0 },
      `SpecError: inference.minReplicas must be 1 or more on a GPU endpoint, got 0; ${toZero}`,
    ],
    [{ accelerator: Accelerator.L4, minReplicas: LATER_NUMBER }, "accepted"],
    [
      { access: EndpointAccess.privateOnly(), minReplicas: 0 },
      `SpecError: inference.minReplicas must be 1 or more with EndpointAccess.privateOnly(), which privateNetwork means, got 0; ${privately}`,
    ],
    [{ access: EndpointAccess.privateOnly(), minReplicas: LATER_NUMBER }, "accepted"],
  ])("are answered for %p", (props, answer) => {
    expect(inference(props)).toBe(answer);
  });

  test("are refused at zero in a private network that has no front door", () => {
    expect(inference({ minReplicas: 0 }, { privateNetwork: true })).toBe(
      `SpecError: inference.minReplicas must be 1 or more with EndpointAccess.privateOnly(), which privateNetwork means, got 0; ${privately}`,
    );
    expect(inference({ minReplicas: 0, access: EndpointAccess.apiKey() }, { privateNetwork: true })).toBe("accepted");
  });

  test("need a network from the first one on", () => {
    const alone = (minReplicas: number): string =>
      refusedPart(
        (stack) => new aws.Inference(stack, "inference", { ...NAMED, encryption: KEY, storage: BUCKETS, minReplicas }),
      );
    expect(alone(0)).toBe("accepted");
    expect(alone(1)).toBe(
      "SpecError: network must be given for an endpoint with replicas, got nothing; pass a Network, or set minReplicas to 0",
    );
  });
});

describe("the size of a replica on AWS Fargate", () => {
  // What ECS documents: vCPUs, then GiB of memory from, to and in steps.
  const SOLD: [vcpus: number, gib: number[]][] = [
    [0.25, [0.5, 1, 2]],
    [0.5, [1, 2, 3, 4]],
    [1, [2, 3, 4, 5, 6, 7, 8]],
    [2, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
    [4, [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]],
    [8, [16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60]],
    [16, [32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120]],
  ];
  const size = (vcpus?: number, memoryGib?: number): string => inference({ minReplicas: 1, vcpus, memoryGib });

  test.each(SOLD)(
    "of %p vCPU takes the least and the most memory that is sold with it, and nothing beyond",
    (vcpus, gib) => {
      const [least, most] = [gib[0], gib[gib.length - 1]];
      const answer = (given: number): string =>
        `SpecError: inference.memoryGib must be one of ${gib.join(", ")}, got ${given}; AWS Fargate sells these with ${vcpus} vCPU`;
      expect([size(vcpus, least), size(vcpus, most)]).toEqual(["accepted", "accepted"]);
      const [below, above, between] = [least - 0.25, most + 1, least + 0.25];
      expect([size(vcpus, below), size(vcpus, above), size(vcpus, between)]).toEqual([
        answer(below),
        answer(above),
        answer(between),
      ]);
    },
  );

  test.each([0, 0.75, 3, 32])("is refused with %p vCPU, which is not sold", (vcpus) => {
    expect(size(vcpus, 4)).toBe(
      `SpecError: inference.vcpus must be one of 0.25, 0.5, 1, 2, 4, 8, 16, got ${vcpus}; AWS Fargate sells these`,
    );
  });

  test("may be given by half: the other half follows", () => {
    expect([size(), size(undefined, 16), size(0.25), size(16)]).toEqual(Array(4).fill("accepted"));
  });

  test("passes as far as only Terraform knows it", () => {
    expect([size(LATER_NUMBER, 3), size(2, LATER_NUMBER)]).toEqual(["accepted", "accepted"]);
  });
});

describe("the memory of a function", () => {
  test.each([0.125, 2.9, 10, LATER_NUMBER])("may be %p GiB", (memoryGib) => {
    expect(inference({ memoryGib })).toBe("accepted");
  });

  test.each([0, 0.12, 10.1, 16])("may not be %p GiB", (memoryGib) => {
    expect(inference({ memoryGib })).toBe(
      `SpecError: inference.memoryGib must be a number from 0.125 to 10, got ${memoryGib}; ` +
        "minReplicas 0 means AWS Lambda, which has no other sizes; set it to 1 or more for AWS Fargate",
    );
  });
});

describe("an endpoint on GPU", () => {
  const L4 = Accelerator.L4;
  const own = "a GPU replica gets all of its machine; choose that with inference.machineType";
  const cpu = "replicas on CPU are sized by inference.vcpus and memoryGib";
  const address = "GPU hosts get no public address; set natGateways to 1 or 2";

  test.each<[props: InferenceProps, answer: string]>([
    [{ accelerator: L4, vcpus: 4 }, `inference.vcpus must be unset on a GPU endpoint, got 4; ${own}`],
    [{ accelerator: L4, memoryGib: 8 }, `inference.memoryGib must be unset on a GPU endpoint, got 8; ${own}`],
    [
      { accelerator: Accelerator.TPU_V5E },
      'inference.accelerator must be a GPU or Accelerator.NONE, got "TPU_V5E"; no cloud here serves from TPUs; train on them',
    ],
    [{ machineType: "c7i.large" }, `inference.machineType must be a machine with a GPU, got "c7i.large"; ${cpu}`],
    [
      { machineType: "g6.12xlarge", acceleratorsPerReplica: 2 },
      'inference.machineType must be a machine with inference.acceleratorsPerReplica 2, got "g6.12xlarge"; ' +
        "it has L4 × 4; leave one of the two props unset",
    ],
    [
      { acceleratorsPerReplica: 2 },
      `inference.acceleratorsPerReplica must be unset with Accelerator.NONE, got 2; ${cpu}`,
    ],
  ])("is refused with %p", (props, answer) => {
    expect(inference(props)).toBe(`SpecError: ${answer}`);
  });

  test("is refused without a NAT gateway, under the name of the prop that asked for it", () => {
    expect(inference({ accelerator: L4 }, { natGateways: 0 })).toBe(
      `SpecError: inference.accelerator must be Accelerator.NONE with natGateways 0, got "L4"; ${address}`,
    );
    expect(inference({ machineType: "g6.xlarge" }, { natGateways: 0 })).toBe(
      `SpecError: inference.machineType must be unset with natGateways 0, got "g6.xlarge"; ${address}`,
    );
    expect(inference({ minReplicas: 1 }, { natGateways: 0 })).toBe("accepted");
  });
});

describe("the variables of an endpoint on Lambda", () => {
  const set = (name: string, minReplicas = 0): string => inference({ minReplicas, environment: { [name]: "x" } });

  test.each([
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_EXECUTION_ENV",
    "AWS_LWA_PORT",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
  ])("are refused when Lambda sets them itself: %s", (name) => {
    expect(set(name)).toBe(
      `SpecError: inference.environment must be free of names that AWS Lambda sets itself, got "${name}"; remove it`,
    );
  });

  test("are one's own when they only look like Lambda's, and on Fargate all are", () => {
    expect([set("AWS_REGION_NAME"), set("MY_AWS_REGION"), set("AWS_REGION", 1)]).toEqual(Array(3).fill("accepted"));
  });

  test("are refused when they hold the bearer key, on every kind of endpoint", () => {
    const answer =
      'SpecError: inference.environment must be free of names that the environment sets itself, got "ML_API_KEY"; remove it';
    expect([set("ML_API_KEY"), set("ML_API_KEY", 1)]).toEqual([answer, answer]);
  });
});

describe("the image of a function", () => {
  const URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cpu";

  test.each([URI, `${URI.slice(0, -7)}@sha256:${"0".repeat(64)}`, LATER_TEXT])("may be %p", (image) => {
    expect(inference({ image })).toBe("accepted");
  });

  test.each(["python:3.12", "ghcr.io/us/vision:v1", `x${URI}`, `1${URI}`, ""])("may not be %p", (image) => {
    expect(inference({ image })).toBe(
      `SpecError: inference.image must be an image in Amazon ECR with minReplicas 0, got "${image}"; ` +
        "AWS Lambda pulls from nowhere else; push it there or set minReplicas to 1",
    );
  });

  test("may lie anywhere on Fargate", () => {
    expect(inference({ image: "ghcr.io/us/vision:v1", minReplicas: 1 })).toBe("accepted");
  });
});

describe("what an endpoint's kind cannot use", () => {
  const domain = "ml.example.com";
  const on: InferenceProps = { minReplicas: 1 };
  const inside: InferenceProps = { access: EndpointAccess.privateOnly() };
  const own = "a function has no load balancer; its HTTP API brings a certificate of its own";
  const api = "only an HTTP API throttles, and there is none";

  test.each<[more: Asked, props: InferenceProps, answer: string]>([
    [{ certificateArn: CERTIFICATE_ARN, certificateDomain: domain }, on, "accepted"],
    [{ certificateArn: LATER_TEXT, certificateDomain: LATER_TEXT }, on, "accepted"],
    [
      { certificateArn: CERTIFICATE_ARN },
      on,
      "SpecError: certificateDomain must be given together with certificateArn, got nothing; set both or none",
    ],
    [
      { certificateDomain: domain },
      on,
      "SpecError: certificateArn must be given together with certificateDomain, got nothing; set both or none",
    ],
    [
      { certificateArn: "arn:aws:iam::123456789012:server-certificate/a", certificateDomain: domain },
      on,
      "SpecError: certificateArn must be the ARN of a certificate in AWS Certificate Manager, " +
        'got "arn:aws:iam::123456789012:server-certificate/a"; in the endpoint\'s region',
    ],
    [
      { certificateArn: CERTIFICATE_ARN, certificateDomain: domain },
      {},
      `SpecError: certificateArn must be unset with minReplicas 0, got "${CERTIFICATE_ARN}"; ${own}`,
    ],
    [
      { certificateDomain: domain },
      {},
      `SpecError: certificateDomain must be unset with minReplicas 0, got "${domain}"; ${own}`,
    ],
    [{ reservedConcurrency: true }, {}, "accepted"],
    [{ reservedConcurrency: false }, on, "accepted"],
    [
      { reservedConcurrency: true },
      on,
      "SpecError: reservedConcurrency must be unset with minReplicas above 0, got true; only functions share the account's concurrency",
    ],
    [
      { throttlingRateLimit: 5 },
      inside,
      `SpecError: throttlingRateLimit must be unset with EndpointAccess.privateOnly(), got 5; ${api}`,
    ],
    [
      { throttlingBurstLimit: 5 },
      inside,
      `SpecError: throttlingBurstLimit must be unset with EndpointAccess.privateOnly(), got 5; ${api}`,
    ],
  ])("is refused: %p for %p", (more, props, answer) => {
    expect(inference(props, more)).toBe(answer);
  });

  test.each(["throttlingRateLimit", "throttlingBurstLimit"])("%s is a whole number of requests", (prop) => {
    const answers = [1, 1_000_000, LATER_NUMBER, 0, -1, 1.5, 1_000_001].map((given) => refused({ [prop]: given }));
    const answer = (given: number): string =>
      `SpecError: ${prop} must be a whole number from 1 to 1000000, got ${given}; give requests a second and at once`;
    expect(answers).toEqual([...Array(3).fill("accepted"), answer(0), answer(-1), answer(1.5), answer(1_000_001)]);
  });
});
