import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pythonEnv } from "../../scripts/python-env";
import { Google, PROJECT, WORKFLOW } from "./google";
import type { Workflow } from "./workflow";

/** How an execution ended: what it returned, or the error that it raised. */
export interface Outcome {
  readonly result?: { readonly run_id: string; readonly job: string };
  readonly error?: { readonly code?: number; readonly message: string; readonly body?: unknown };
  /** Steps that it took, of which the service allows 100,000. */
  readonly steps: number;
  readonly logged: readonly { readonly severity: string; readonly message: string }[];
}

/** What the emulator posts: that it sleeps, that it failed itself, or how the execution ended. */
interface Message extends Partial<Outcome> {
  readonly id: string;
  readonly sleep?: number;
  readonly crash?: string;
}

export interface Start {
  readonly argument?: object;
  /** Seconds after the first one. */
  readonly after?: number;
}

/** A program that runs workflows, and the APIs that they call. */
export class Executions {
  public static start(): Executions {
    const { python } = pythonEnv(join(__dirname, "requirements.txt"));
    const child = spawn(python, [join(__dirname, "emulator.py")], { stdio: ["pipe", "ignore", "inherit"] });
    return new Executions(child);
  }

  private readonly broken: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.broken = new Promise((_, reject) => {
      child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}`)));
    });
    // It also ends when it is told to
    this.broken.catch(() => undefined);
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin?.end();
    await gone;
  }

  /** One execution until it ended. */
  public async run(google: Google, workflow: Workflow, argument?: object): Promise<Outcome> {
    const [outcome] = await this.runAll(google, workflow, [{ argument }]);
    return outcome;
  }

  /** Executions at once, each with an id of its own: `00000000-...`, `11111111-...`. */
  public async runAll(google: Google, workflow: Workflow, starts: readonly Start[]): Promise<Outcome[]> {
    const ends = new Map<string, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }>();
    google.control = async (message) => {
      const { id, ...said } = message as Message;
      if (said.sleep !== undefined) {
        await google.clock.sleep(id, said.sleep);
        return google.clock.now;
      }
      const execution = google.executions.find((one) => one.id === id);
      if (execution) execution.state = said.error ? "FAILED" : "SUCCEEDED";
      google.clock.stop(id);
      if (said.crash !== undefined) ends.get(id)?.reject(new Error(said.crash));
      else ends.get(id)?.resolve(said as Outcome);
      return undefined;
    };
    const first = google.clock.now;
    const before = google.executions.length;
    const lines = starts.map(({ argument = null, after = 0 }, index) => {
      const id = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, String(before + index));
      google.executions.push({ id, startTime: first + after, state: "ACTIVE" });
      google.clock.start(id);
      return { id, source: workflow.source, argument, env: variables(google, workflow, id), now: first };
    });
    const all = lines.map(({ id }) => new Promise<Outcome>((resolve, reject) => ends.set(id, { resolve, reject })));
    const control = `${google.url}/control`;
    // The last one first: what decides is the time of start, not who asks first
    for (const line of [...lines].reverse()) {
      this.child.stdin?.write(`${JSON.stringify({ ...line, control })}\n`);
    }
    return Promise.race([Promise.all(all), this.broken]);
  }
}

/** What the service sets, what Terraform sets, and both APIs on loopback. */
function variables(google: Google, workflow: Workflow, id: string): Record<string, string> {
  return {
    ...workflow.variables,
    GOOGLE_CLOUD_PROJECT_ID: PROJECT.id,
    GOOGLE_CLOUD_PROJECT_NUMBER: PROJECT.number,
    GOOGLE_CLOUD_LOCATION: PROJECT.location,
    GOOGLE_CLOUD_WORKFLOW_ID: WORKFLOW,
    GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID: id,
    VERTEX_URL: `${google.url}/v1`,
    EXECUTIONS_URL: `${google.url}/v1`,
  };
}
