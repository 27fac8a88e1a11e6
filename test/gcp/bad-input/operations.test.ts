import { ObservabilityProps, StorageProps } from "../../../lib/core";
import * as gcp from "../../../lib/gcp";
import { LATER_LIST, LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { NAMED } from "../parts";
import { Asked, refused, refusedPart } from "./refused";

describe("a budget on Google Cloud", () => {
  const budget = (monthlyUsd: number, more: Asked = {}): string =>
    refused({ budget: { monthlyUsd }, billingAccount: "012345-6789AB-CDEF01", ...more });
  const usd = (given: number): string =>
    `SpecError: budget.monthlyUsd must be a whole number from 1 to 1000000000, got ${given}; ` +
    "Google Cloud counts whole units of a currency";
  const account = (given: string): string =>
    `SpecError: billingAccount must be the id of a billing account, such as 012345-6789AB-CDEF01, got "${given}"; ` +
    "gcloud billing projects describe <project> says it";
  const currency = (given: string): string =>
    `SpecError: budgetCurrency must be three capital letters, such as USD, got "${given}"; it is the billing account's`;

  test.each<[monthlyUsd: number, more: Asked, answer: string]>([
    [1, {}, "accepted"],
    [1_000_000_000, {}, "accepted"],
    [LATER_NUMBER, { billingAccount: LATER_TEXT, budgetCurrency: LATER_TEXT }, "accepted"],
    [0.5, {}, usd(0.5)],
    [299.5, {}, usd(299.5)],
    [
      1_000_000_001,
      {},
      "SpecError: budget.monthlyUsd must be a number from 0.01 to 1000000000, got 1000000001; leave budget unset for none",
    ],
    [
      300,
      { billingAccount: undefined },
      "SpecError: billingAccount must be given with a budget, got nothing; " +
        "gcloud billing projects describe <project> says it",
    ],
    [300, { billingAccount: "012345-6789AB-CDEF0" }, account("012345-6789AB-CDEF0")],
    [300, { billingAccount: "012345-6789ab-cdef01" }, account("012345-6789ab-cdef01")],
    [300, { billingAccount: "billingAccounts/012345-6789AB-CDEF01" }, account("billingAccounts/012345-6789AB-CDEF01")],
    [300, { budgetCurrency: "EUR" }, "accepted"],
    [300, { budgetCurrency: "eur" }, currency("eur")],
    [300, { budgetCurrency: "EURO" }, currency("EURO")],
  ])("is answered for %p USD with %p", (monthlyUsd, more, answer) => {
    expect(budget(monthlyUsd, more)).toBe(answer);
  });
});

describe("what is observed on Google Cloud", () => {
  const days = (given: number): string =>
    `SpecError: observability.logRetentionDays must be a whole number from 1 to 3650, got ${given}; ` +
    "Cloud Logging keeps logs for up to ten years";
  const latency = (given: number): string =>
    `SpecError: observability.latencyP95Ms must be a whole number from 1 to 30000, got ${given}; ` +
    "no cloud waits for longer than 30 s";
  const rate = (given: number): string =>
    `SpecError: observability.errorRatePercent must be a number from 0.01 to 100, got ${given}; give percent`;

  test.each<[props: ObservabilityProps, answer: string]>([
    [{ logRetentionDays: 1, latencyP95Ms: 1, errorRatePercent: 0.01 }, "accepted"],
    [{ logRetentionDays: 3650, latencyP95Ms: 30_000, errorRatePercent: 100 }, "accepted"],
    [
      {
        logRetentionDays: LATER_NUMBER,
        latencyP95Ms: LATER_NUMBER,
        errorRatePercent: LATER_NUMBER,
        alertEmails: LATER_LIST,
      },
      "accepted",
    ],
    [{ logRetentionDays: 0 }, days(0)],
    [{ logRetentionDays: 3651 }, days(3651)],
    [{ logRetentionDays: 1.5 }, days(1.5)],
    [{ latencyP95Ms: 0 }, latency(0)],
    [{ latencyP95Ms: 30_001 }, latency(30_001)],
    [{ latencyP95Ms: 0.5 }, latency(0.5)],
    [{ errorRatePercent: 0.009 }, rate(0.009)],
    [{ errorRatePercent: 101 }, rate(101)],
    [
      { alertEmails: ["ml@example.com", "ml@example.com"] },
      'SpecError: observability.alertEmails must be different addresses, got "ml@example.com"; name it once',
    ],
  ])("is answered for %p", (observability, answer) => {
    expect(refused({ observability })).toBe(answer);
  });
});

describe("what is stored on Google Cloud", () => {
  test.each(["noncurrentVersionDays", "checkpointDays"])("is kept for a number of days: %s", (prop) => {
    const storage = (days: number): string => refused({ storage: { [prop]: days } as StorageProps });
    const answer = (given: number): string =>
      `SpecError: storage.${prop} must be a whole number from 1 to 3650, got ${given}; give days, up to ten years`;
    expect([1, 3650, LATER_NUMBER].map(storage)).toEqual(Array(3).fill("accepted"));
    expect([0, 3651, 1.5].map(storage)).toEqual([answer(0), answer(3651), answer(1.5)]);
  });
});

describe("who deploys", () => {
  const deployers = (members: string[]): string =>
    refusedPart((stack) => new gcp.StateStore(stack, "state", { ...NAMED, deployers: members }));

  test("is a member of IAM, each once", () => {
    expect(deployers(["group:platform@example.com", LATER_TEXT])).toBe("accepted");
    expect(deployers(["platform@example.com"])).toBe(
      "SpecError: deployers must be members that start with user:, group:, serviceAccount: or domain:, " +
        'got "platform@example.com"; name whoever runs Terraform',
    );
    expect(deployers(["user:a@b.com", "user:a@b.com"])).toBe(
      'SpecError: deployers must be different members, got "user:a@b.com"; name it once',
    );
    expect(deployers(LATER_LIST)).toBe(
      "SpecError: deployers must be known before Terraform runs, got a token; write the list out; each member may be a token",
    );
  });
});
