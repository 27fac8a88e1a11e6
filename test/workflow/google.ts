import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Clock } from "./clock";
import { type CustomJob, problemsOf } from "./custom-job";

/** What becomes of one custom job. */
export interface Attempt {
  /** Seconds before it starts. */
  readonly waits?: number;
  /** Seconds that it runs; unset: it ends without having started. */
  readonly runs?: number;
  readonly ends: "SUCCEEDED" | "FAILED" | "CANCELLED" | "EXPIRED";
  /** `error.message` of a job that failed. */
  readonly error?: string;
  /** Seconds from the end until `error` is there. */
  readonly errorAfter?: number;
}

/** What the API answers instead of taking or showing a job: a status, or 0 for a connection that breaks. */
export interface Trouble {
  readonly on: "create" | "read";
  readonly status: number;
  readonly message?: string;
  readonly times: number;
}

export interface Execution {
  readonly id: string;
  readonly startTime: number;
  state: "ACTIVE" | "SUCCEEDED" | "FAILED";
}

interface Job {
  readonly name: string;
  readonly body: CustomJob;
  readonly attempt: Attempt;
  readonly created: number;
}

export const PROJECT = { id: "acme-vision", number: "123456789012", location: "us-central1" } as const;
export const WORKFLOW = "flowers-train";

const LOCATION = `/v1/projects/${PROJECT.id}/locations/${PROJECT.location}`;
const EXECUTIONS = `${LOCATION}/workflows/${WORKFLOW}/executions`;
// Answers name the project by its number, whatever the request called it
const FULL = `projects/${PROJECT.number}/locations/${PROJECT.location}`;

// Fractions of a second only where there are any, as the API prints them
const timestamp = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

/** The two APIs that the workflow calls, on loopback: custom jobs of Vertex AI, and the list of a workflow's executions. */
export class Google {
  public static async start(): Promise<Google> {
    const google = new Google();
    await new Promise<void>((resolve) => google.server.listen(0, "127.0.0.1", resolve));
    return google;
  }

  public readonly clock = new Clock(Date.parse("2026-03-01T12:00:00Z") / 1000);
  public readonly executions: Execution[] = [];
  /** The jobs that were taken, in their order, with the second at which each came. */
  public readonly jobs: Job[] = [];
  /** What was asked in a way that the real API would refuse, and why. */
  public readonly refused: string[] = [];
  /** What becomes of the next jobs, in their order. */
  public attempts: Attempt[] = [];
  public troubles: Trouble[] = [];
  /** Called with what a program posts to `/control`. */
  public control: (message: unknown) => Promise<unknown> = async () => undefined;

  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => {
      this.refused.push(String(error));
      response.writeHead(500).end(String(error));
    });
  });

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const what = `${request.method} ${pathname}`;
    const body = await bodyOf(request);
    const json = (status: number, answer: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    const refuse = (status: number, message: string) => {
      this.refused.push(`${what}: ${message}`);
      json(status, { error: { code: status, message } });
    };
    if (what === "POST /control") return void json(200, (await this.control(body)) ?? null);
    if (request.headers.authorization !== "Bearer of-the-service-account") return refuse(403, "no OAuth2 token");
    if (what === `GET ${EXECUTIONS}`) {
      const query = Object.fromEntries(searchParams);
      const known = { filter: 'state="ACTIVE"', orderBy: "startTime", pageSize: "1000" };
      if (JSON.stringify(query) !== JSON.stringify(known)) return refuse(400, `query ${JSON.stringify(query)}`);
      return void json(200, this.list());
    }
    const trouble = this.trouble(request.method === "POST" ? "create" : "read");
    if (trouble?.status === 0) return void request.socket.destroy();
    if (trouble) return void json(trouble.status, { error: { code: trouble.status, message: trouble.message } });
    if (what === `POST ${LOCATION}/customJobs`) {
      const problems = problemsOf(body);
      if (problems.length > 0) return refuse(400, problems.join("; "));
      const attempt = this.attempts.shift();
      if (attempt === undefined) return refuse(400, "one job more than the test expects");
      const name = `${FULL}/customJobs/${1000 + this.jobs.length}`;
      const job: Job = { name, body: body as CustomJob, attempt, created: this.clock.now };
      this.jobs.push(job);
      return void json(200, this.show(job));
    }
    const asked = this.jobs.find(({ name }) => what === `GET /v1/${name}`);
    return asked ? void json(200, this.show(asked)) : refuse(404, "there is no such thing");
  }

  private list(): object {
    const active = this.executions.filter(({ state }) => state === "ACTIVE").sort((a, b) => a.startTime - b.startTime);
    const executions = active.map(({ id, state, startTime }) => ({
      name: `${FULL}/workflows/${WORKFLOW}/executions/${id}`,
      state,
      startTime: timestamp(startTime),
    }));
    return executions.length === 0 ? {} : { executions };
  }

  private trouble(on: Trouble["on"]): Trouble | undefined {
    const index = this.troubles.findIndex((trouble) => trouble.on === on);
    if (index < 0) return undefined;
    const trouble = this.troubles[index];
    const left = trouble.times > 1 ? [{ ...trouble, times: trouble.times - 1 }] : [];
    this.troubles.splice(index, 1, ...left);
    return trouble;
  }

  private show({ name, body, attempt, created }: Job): object {
    const { waits = 0, runs, ends, error, errorAfter = 0 } = attempt;
    const start = created + waits;
    const end = start + Math.min(runs ?? 0, parseInt(body.jobSpec.scheduling.timeout));
    const { now } = this.clock;
    const state = now < start ? "QUEUED" : now < end ? "RUNNING" : ends;
    return {
      ...body,
      name,
      state: `JOB_STATE_${state}`,
      createTime: timestamp(created),
      ...(runs !== undefined && now >= start ? { startTime: timestamp(start) } : {}),
      ...(now >= end ? { endTime: timestamp(end) } : {}),
      ...(error !== undefined && now >= end + errorAfter ? { error: { code: 3, message: error } } : {}),
    };
  }
}
