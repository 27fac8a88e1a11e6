import { PYTHON, suite } from "../suite";
import { exit, jobsOf, PREEMPTED, STOCK_OUT, SUCCESS, useGoogle } from "./runs";
import { type Workflow, workflowOf } from "./workflow";

const NAME = "projects/123456789012/locations/us-central1/customJobs/1000";
const failed = (code: number, message: string) => ({ code, message });

suite("a training run", [PYTHON], () => {
  const at = useGoogle();
  let workflow: Workflow;
  let oneHour: Workflow;

  beforeAll(() => {
    workflow = workflowOf();
    oneHour = workflowOf({ training: { maxRunHours: 1 } });
  });

  const run = async (argument: object = { run_id: "a" }, of = workflow) => {
    const start = at.google.clock.now;
    const outcome = await at.executions.run(at.google, of, argument);
    return { ...outcome, jobs: jobsOf(at.google, start) };
  };

  it("ends with its id and its job when the container ends with 0", async () => {
    at.google.attempts = [SUCCESS];
    const { result, jobs, logged } = await run();
    expect(result).toEqual({ run_id: "a", job: NAME });
    expect(jobs).toEqual([{ run: "a", at: 0, timeout: "86400s" }]);
    expect(logged).toEqual([{ severity: "INFO", message: "submitted", run_id: "a", job: NAME }]);
  });

  it("is named by environment, time and execution when nobody names it", async () => {
    at.google.attempts = [SUCCESS];
    const { result } = await at.executions.run(at.google, workflow);
    expect(result?.run_id).toBe("flowers-20260301t120000-000000");
    const { env } = at.google.jobs[0].body.jobSpec.workerPoolSpecs[0].containerSpec;
    expect(env).toContainEqual({ name: "ML_RUN_ID", value: "flowers-20260301t120000-000000" });
  });

  it("is never tried again after 64", async () => {
    at.google.attempts = [exit(64, 1200)];
    const { error, jobs } = await run();
    const reason =
      "The replica workerpool0-0 exited with a non-zero status of 64. To find out more, please check the logs.";
    expect(error).toMatchObject(failed(64, `Run a cannot work as configured. ${reason}`));
    expect(jobs).toHaveLength(1);
  });

  it.each([
    ["75, an interruption that it noticed", exit(75, 1200)],
    ["1, after more than ten minutes", exit(1, 1200)],
  ])("goes on under the same id with the time that is left after %s", async (_what, interrupted) => {
    // Waiting for a machine is not running
    at.google.attempts = [{ ...interrupted, waits: 240 }, SUCCESS];
    const { result, jobs, logged } = await run();
    expect(result?.run_id).toBe("a");
    expect(jobs).toEqual([
      { run: "a", at: 0, timeout: "86400s" },
      { run: "a", at: 1440 + 30, timeout: "85200s" },
    ]);
    expect(logged[1]).toEqual({ severity: "WARNING", message: "retrying", run_id: "a", reason: interrupted.error });
  });

  it("goes on after every preemption", async () => {
    at.google.attempts = [PREEMPTED, PREEMPTED, PREEMPTED, PREEMPTED, SUCCESS];
    const { result, jobs } = await run();
    expect(result?.run_id).toBe("a");
    expect(jobs.map(({ timeout }) => timeout)).toEqual(["86400s", "85700s", "85000s", "84300s", "83600s"]);
  });

  it("gives up after three failures in a row within ten minutes", async () => {
    at.google.attempts = [exit(1, 120), exit(1, 120), exit(1, 599)];
    const { error, jobs } = await run();
    expect(error).toMatchObject(failed(1, expect.stringMatching(/^Run a failed 3 times\. .* non-zero status of 1\./)));
    expect(jobs.map((job) => job.at)).toEqual([0, 180, 360]);
  });

  it("counts fast failures anew after one that ran for longer", async () => {
    at.google.attempts = [exit(1, 120), exit(1, 120), exit(1, 600), exit(1, 120), exit(1, 120), SUCCESS];
    const { result, jobs } = await run();
    expect(result?.run_id).toBe("a");
    expect(jobs).toHaveLength(6);
  });

  it("waits ten minutes where there is no machine, and loses none of its hours", async () => {
    at.google.attempts = [STOCK_OUT, STOCK_OUT, STOCK_OUT, STOCK_OUT, SUCCESS];
    const { result, jobs } = await run();
    expect(result?.run_id).toBe("a");
    expect(jobs.map((job) => job.at)).toEqual([0, 1200, 2400, 3600, 4800]);
    expect(jobs.map(({ timeout }) => timeout)).toEqual(Array(5).fill("86400s"));
  });

  it("gives up when there was no machine 24 times", async () => {
    at.google.attempts = Array(24).fill(STOCK_OUT);
    const { error, jobs } = await run();
    expect(error).toMatchObject(failed(1, "Run a failed 24 times. Resources are insufficient in us-central1."));
    expect(jobs).toHaveLength(24);
  });

  it.each([
    ["less than five minutes are left", { ...PREEMPTED, runs: 3301 }],
    ["Vertex AI stopped it in time", { runs: 99_999, ends: "FAILED", error: "The job timed out." }],
  ] as const)("ends with 75 when %s", async (_what, attempt) => {
    at.google.attempts = [attempt];
    const { error, jobs } = await run({ run_id: "a" }, oneHour);
    const message = "Run a used its 3600 s without finishing. Progress is saved; run again with this run_id to go on.";
    expect(error).toMatchObject(failed(75, message));
    expect(jobs).toEqual([{ run: "a", at: 0, timeout: "3600s" }]);
  });

  it("tries once more with five minutes left", async () => {
    at.google.attempts = [
      { ...PREEMPTED, runs: 3300 },
      { ...SUCCESS, runs: 200 },
    ];
    const { result, jobs } = await run({ run_id: "a" }, oneHour);
    expect(result?.run_id).toBe("a");
    expect(jobs[1].timeout).toBe("300s");
  });

  it.each(["CANCELLED", "EXPIRED"] as const)("is not tried again when its job was %s", async (ends) => {
    at.google.attempts = [{ runs: 600, ends, error: "CANCELED" }];
    const { error, jobs } = await run();
    expect(error).toMatchObject(failed(1, `Run a ended as JOB_STATE_${ends} (${NAME}).`));
    expect(jobs).toHaveLength(1);
  });

  it("waits for the reason of a failure, which Vertex AI tells after the state", async () => {
    at.google.attempts = [{ ...exit(64, 1200), errorAfter: 60 }];
    const { error, jobs } = await run();
    expect(error?.code).toBe(64);
    expect(jobs).toHaveLength(1);
  });

  it("goes on after four more looks when no reason is ever told", async () => {
    at.google.attempts = [{ runs: 1200, ends: "FAILED" }, SUCCESS];
    const { result, jobs, logged } = await run();
    expect(result?.run_id).toBe("a");
    expect(jobs[1]).toEqual({ run: "a", at: 1200 + 4 * 60 + 30, timeout: "85200s" });
    expect(logged[1]).toMatchObject({ reason: "no reason given" });
  });

  it("ends with 64 and says what to push before there is an image", async () => {
    const { error, jobs } = await run({ run_id: "a" }, workflowOf({ imageTag: undefined }));
    const message =
      "There is no training image yet. Push <tag>-cuda and <tag>-cpu to the registry of 'flowers', set imageTag to <tag> and deploy.";
    expect(error).toMatchObject(failed(64, message));
    expect(jobs).toEqual([]);
  });

  it.each(["", "A", "-a", "a-", "a_b", "a.b", "a b", "ä", "x".repeat(64)])("refuses '%s' as its id", async (id) => {
    const { error, jobs } = await run({ run_id: id });
    expect(error).toMatchObject(failed(64, `run_id '${id}' is not a label; use 1 to 63 of a-z, 0-9 and -.`));
    expect(jobs).toEqual([]);
  });

  it.each(["0", "a-0", "x".repeat(63)])("takes '%s' as its id", async (id) => {
    at.google.attempts = [SUCCESS];
    expect((await run({ run_id: id })).result?.run_id).toBe(id);
  });
});
