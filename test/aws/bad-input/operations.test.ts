import * as aws from "../../../lib/aws";
import { BudgetProps, ObservabilityProps, Schedule } from "../../../lib/core";
import { LATER_LIST, LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { refusal } from "../../refusal";
import { KEY, NAMED } from "../parts";
import { KEY_ARN } from "../variants";
import { refused, refusedPart } from "./refused";

describe("a key that is brought along", () => {
  test.each([KEY_ARN, KEY_ARN.replace("aws", "aws-cn"), LATER_TEXT])("may be %p", (arn) => {
    expect(refusal(() => aws.Encryption.fromKeyArn(arn))).toBe("accepted");
  });

  test.each([
    "11111111-2222-3333-4444-555555555555",
    "arn:aws:kms:us-east-1:123456789012:alias/flowers",
    "arn:aws:kms:us-east-1:1234567890123:key/1",
    "arn:aws:kms:us-east-1:12345678901:key/1",
    `${KEY_ARN} `,
  ])("may not be %p", (arn) => {
    expect(refusal(() => aws.Encryption.fromKeyArn(arn))).toBe(
      `SpecError: keyArn must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>, got "${arn}"; ` +
        "an alias or a bare id does not do",
    );
  });
});

describe("buckets that are brought along", () => {
  test.each(["abc", "a".repeat(63), "our.data-1", LATER_TEXT])("may be called %p", (name) => {
    expect(refusal(() => aws.Storage.fromBuckets(name, name, name))).toBe("accepted");
  });

  test.each(["ab", "a".repeat(64), "Our", "our_data", "-our", "our-", "s3://our", "arn:aws:s3:::our"])(
    "may not be called %p, whichever it is",
    (name) => {
      const answer = (prop: string): string =>
        `SpecError: ${prop} must be 3 to 63 lower-case letters, digits, dots and hyphens, got "${name}"; ` +
        "give the bucket's name, not its ARN or URI";
      expect([
        refusal(() => aws.Storage.fromBuckets(name, "our")),
        refusal(() => aws.Storage.fromBuckets("our", name)),
        refusal(() => aws.Storage.fromBuckets("our", "our", name)),
      ]).toEqual([answer("datasetsBucket"), answer("modelsBucket"), answer("logsBucket")]);
    },
  );
});

describe("a repository that is brought along", () => {
  const URL = "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision";
  const ARN = "arn:aws:ecr:us-east-1:123456789012:repository/vision";
  const from = (url: string, arn: string): string => refusal(() => aws.Registry.fromRepository(url, arn));

  test("may be any of Amazon ECR", () => {
    const china = from(URL.replace(".com", ".com.cn"), ARN.replace("aws", "aws-cn"));
    expect([from(URL, ARN), from(`${URL}/a_b-c.d`, `${ARN}/a_b-c.d`), china, from(LATER_TEXT, LATER_TEXT)]).toEqual(
      Array(4).fill("accepted"),
    );
  });

  test.each([`${URL}:v1`, `1${URL}`, "vision", `https://${URL}`])("may not have the address %p", (url) => {
    expect(from(url, ARN)).toBe(
      "SpecError: repositoryUrl must be the address of an Amazon ECR repository, " +
        `<account>.dkr.ecr.<region>.amazonaws.com/<repository>, got "${url}"; leave the tag away`,
    );
  });

  test.each(["vision", ARN.replace("ecr", "s3"), ARN.replace("123456789012", "1234567890123")])(
    "may not have the ARN %p",
    (arn) => {
      expect(from(URL, arn)).toBe(
        `SpecError: repositoryArn must be the ARN of an Amazon ECR repository, got "${arn}"; copy it from the console`,
      );
    },
  );
});

/** What is answered to whom alarms are sent and when, by the part alone: quicker than by a whole environment. */
function observability(props: ObservabilityProps): string {
  return refusedPart((stack) => new aws.Observability(stack, "part", { ...NAMED, encryption: KEY, ...props }));
}

describe("how long things are kept", () => {
  const DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ];

  test("for logs is one of the numbers of days that CloudWatch Logs has", () => {
    const kept = (days: number): string => observability({ logRetentionDays: days });
    expect(DAYS.map(kept)).toEqual(DAYS.map(() => "accepted"));
    expect([0, 2, 3654].map(kept)).toEqual(
      [0, 2, 3654].map(
        (days) =>
          `SpecError: observability.logRetentionDays must be one of ${DAYS.join(", ")}, got ${days}; ` +
          "CloudWatch Logs keeps logs for these numbers of days",
      ),
    );
  });

  test.each(["noncurrentVersionDays", "checkpointDays"] as const)("is a whole number of days for %s", (prop) => {
    const kept = (days: number): string => refused({ storage: { [prop]: days } });
    expect([1, 3650, LATER_NUMBER].map(kept)).toEqual(Array(3).fill("accepted"));
    expect([0, 3651, 1.5].map(kept)).toEqual(
      [0, 3651, 1.5].map(
        (days) =>
          `SpecError: storage.${prop} must be a whole number from 1 to 3650, got ${days}; give days, up to ten years`,
      ),
    );
  });
});

describe("alarms", () => {
  test.each([[["ml@example.com", "a@b"]], [[LATER_TEXT]], [LATER_LIST], [[]]])("may be sent to %p", (alertEmails) => {
    expect(observability({ alertEmails })).toBe("accepted");
  });

  test.each(["ml", "ml@", "@example.com", "a@b@c", "ml @example.com", ""])("may not be sent to %p", (email) => {
    expect(refused({ observability: { alertEmails: ["ml@example.com", email] } })).toBe(
      `SpecError: observability.alertEmails must be addresses with one @ and no spaces, got "${email}"; correct or remove it`,
    );
  });

  test("are sent to an address once", () => {
    expect(refused({ observability: { alertEmails: ["ml@example.com", "ml@example.com"] } })).toBe(
      'SpecError: observability.alertEmails must be different addresses, got "ml@example.com"; name it once',
    );
  });

  test.each<[props: ObservabilityProps, answer: string]>([
    [{ latencyP95Ms: 1 }, "accepted"],
    [{ latencyP95Ms: 30_000 }, "accepted"],
    [
      { latencyP95Ms: 0 },
      "SpecError: observability.latencyP95Ms must be a whole number from 1 to 30000, got 0; the HTTP API gives up after 30 s",
    ],
    [
      { latencyP95Ms: 30_001 },
      "SpecError: observability.latencyP95Ms must be a whole number from 1 to 30000, got 30001; the HTTP API gives up after 30 s",
    ],
    [{ errorRatePercent: 0.01 }, "accepted"],
    [{ errorRatePercent: 100 }, "accepted"],
    [
      { errorRatePercent: 0 },
      "SpecError: observability.errorRatePercent must be a number from 0.01 to 100, got 0; give percent",
    ],
    [
      { errorRatePercent: 100.1 },
      "SpecError: observability.errorRatePercent must be a number from 0.01 to 100, got 100.1; give percent",
    ],
    [{ latencyP95Ms: LATER_NUMBER, errorRatePercent: LATER_NUMBER, logRetentionDays: LATER_NUMBER }, "accepted"],
  ])("go off within limits: %p", (props, answer) => {
    expect(observability(props)).toBe(answer);
    expect(refused({ observability: props })).toBe(answer);
  });
});

describe("a budget", () => {
  const budget = (props: BudgetProps): string =>
    refusedPart((stack) => new aws.Budget(stack, "part", { ...NAMED, alertTopicArn: "arn", ...props }));

  test.each([0.01, 300, 1_000_000_000, LATER_NUMBER])("may be %p USD a month", (monthlyUsd) => {
    expect(budget({ monthlyUsd })).toBe("accepted");
  });

  test.each([0, -1, 0.001, 1_000_000_001, NaN])("may not be %p USD a month", (monthlyUsd) => {
    const answer = `SpecError: budget.monthlyUsd must be a number from 0.01 to 1000000000, got ${monthlyUsd}; leave budget unset for none`;
    expect(budget({ monthlyUsd })).toBe(answer);
    expect(refused({ budget: { monthlyUsd } })).toBe(answer);
  });
});

describe("a schedule", () => {
  test("ends before hour 24 and day 29, before there is an environment", () => {
    expect(refusal(() => refused({ retraining: { schedule: Schedule.daily(24) } }))).toBe(
      "SpecError: Schedule.daily(hour) must be a whole number from 0 to 23, got 24; give a full hour in UTC",
    );
    expect(refusal(() => refused({ retraining: { schedule: Schedule.monthly(29, 3) } }))).toBe(
      "SpecError: Schedule.monthly(dayOfMonth) must be a whole number from 1 to 28, got 29; every month has these days",
    );
  });
});
