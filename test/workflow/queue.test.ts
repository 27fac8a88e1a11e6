import { PYTHON, suite } from "../suite";
import { jobsOf, SUCCESS, useGoogle } from "./runs";
import { workflowOf } from "./workflow";

const HOURS = 3600;

suite("training runs at once", [PYTHON], () => {
  const at = useGoogle();
  const named = (...names: string[]) => names.map((run_id, after) => ({ argument: { run_id }, after }));

  const runAll = async (concurrent: number, ...names: string[]) => {
    const start = at.google.clock.now;
    const workflow = workflowOf({ training: { maxConcurrentRuns: concurrent } });
    const outcomes = await at.executions.runAll(at.google, workflow, named(...names));
    return { outcomes, jobs: jobsOf(at.google, start).map((job) => `${job.run} at ${job.at}`) };
  };

  it("run one after the other, the one that was started first before the others", async () => {
    at.google.attempts = [{ runs: 1250, ends: "SUCCEEDED" }, { runs: 620, ends: "SUCCEEDED" }, SUCCESS];
    const { outcomes, jobs } = await runAll(1, "first", "second", "third");
    expect(outcomes.map(({ result }) => result?.run_id)).toEqual(["first", "second", "third"]);
    // Each looks every five minutes whether it is its turn
    expect(jobs).toEqual(["first at 0", "second at 1500", "third at 2400"]);
  });

  it("run beside each other up to maxConcurrentRuns", async () => {
    at.google.attempts = [{ runs: 3000, ends: "SUCCEEDED" }, { runs: 1250, ends: "SUCCEEDED" }, SUCCESS];
    const { jobs } = await runAll(2, "first", "second", "third");
    expect(jobs.slice(0, 2).sort()).toEqual(["first at 0", "second at 0"]);
    expect(jobs[2]).toMatch(/^third at 1500$/);
  });

  it("let the next one go on when one fails", async () => {
    at.google.attempts = [{ runs: 650, ends: "CANCELLED" }, SUCCESS];
    const { outcomes, jobs } = await runAll(1, "first", "second");
    expect(outcomes[0].error?.code).toBe(1);
    expect(outcomes[1].result?.run_id).toBe("second");
    expect(jobs).toEqual(["first at 0", "second at 900"]);
  });

  it("stay within the steps of an execution for a week in the queue and a week of running", async () => {
    at.google.attempts = [{ runs: 1250, ends: "SUCCEEDED" }, SUCCESS];
    const short = (await runAll(1, "first", "second")).outcomes;
    at.google.attempts = [{ runs: 1250 + HOURS, ends: "SUCCEEDED" }, SUCCESS];
    const long = (await runAll(1, "first", "second")).outcomes;
    const hour = [0, 1].map((index) => long[index].steps - short[index].steps);
    expect(hour[0] * 168 + hour[1] * 168).toBeLessThan(100_000);
  });
});

suite("trouble with the API", [PYTHON], () => {
  const at = useGoogle();
  const run = () => at.executions.run(at.google, workflowOf(), { run_id: "a" });

  it("is waited out where the API has too many requests", async () => {
    at.google.attempts = [SUCCESS];
    at.google.troubles = [{ on: "create", status: 429, times: 5 }];
    expect((await run()).result?.run_id).toBe("a");
  });

  it("ends the run with the API's words where that does not end", async () => {
    at.google.troubles = [{ on: "create", status: 429, message: "quota exceeded", times: 6 }];
    const { error } = await run();
    expect(error).toMatchObject({ code: 429, body: { error: { message: "quota exceeded" } } });
  });

  it("never submits a job twice where nobody knows whether it was taken", async () => {
    at.google.troubles = [{ on: "create", status: 0, times: 1 }];
    const { error } = await run();
    expect(error).toMatchObject({ tags: ["ConnectionError"] });
    expect(at.google.jobs).toEqual([]);
  });

  it.each([0, 503])("does not lose a job from sight (%d)", async (status) => {
    at.google.attempts = [SUCCESS];
    at.google.troubles = [{ on: "read", status, times: 20 }];
    expect((await run()).result?.run_id).toBe("a");
    expect(at.google.jobs).toHaveLength(1);
  });
});
