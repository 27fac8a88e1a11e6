import { Executions } from "./executions";
import { type Execution, type Attempt, Google } from "./google";

/** What a job is seen to do when its container ends with a status other than 0. */
export const exit = (status: number, runs: number): Attempt => ({
  runs,
  ends: "FAILED",
  error: `The replica workerpool0-0 exited with a non-zero status of ${status}. To find out more, please check the logs.`,
});

export const PREEMPTED: Attempt = { runs: 700, ends: "FAILED", error: "The replica workerpool0-0 was preempted." };
export const STOCK_OUT: Attempt = { waits: 600, ends: "FAILED", error: "Resources are insufficient in us-central1." };
export const SUCCESS: Attempt = { waits: 120, runs: 600, ends: "SUCCEEDED" };

/** The jobs in their order: whose they are, when they came, and how long they may run. */
export function jobsOf(google: Google, since: number): { run: string; at: number; timeout: string }[] {
  return google.jobs.map(({ body, created }) => ({
    run: body.labels?.run ?? "",
    at: created - since,
    timeout: body.jobSpec.scheduling.timeout,
  }));
}

/** Both APIs and the emulator for the tests of a suite; what the APIs refused fails the test. */
export function useGoogle(): { readonly google: Google; readonly executions: Executions } {
  const held: { google?: Google; executions?: Executions } = {};
  const here = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("only inside a test");
    return value;
  };

  beforeAll(() => {
    held.executions = Executions.start();
  }, 5 * 60_000);

  beforeEach(async () => {
    held.google = await Google.start();
  });

  afterEach(async () => {
    const { google } = held;
    await google?.stop();
    // What stays is what a test made and nobody asked for
    expect({ refused: google?.refused, left: google?.attempts }).toEqual({ refused: [], left: [] });
    expect(google?.executions.filter(({ state }: Execution) => state === "ACTIVE")).toEqual([]);
  });

  afterAll(() => held.executions?.stop());

  return {
    get google() {
      return here(held.google);
    },
    get executions() {
      return here(held.executions);
    },
  };
}
