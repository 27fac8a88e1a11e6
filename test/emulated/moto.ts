import { ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { pythonEnv } from "../../scripts/python-env";

const READY_SECONDS = 60;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** An emulated AWS on a loopback port, one for each environment under test so that none sees another's resources. */
export class Moto {
  /** Starts a server and waits until it answers. It ends with `stop`, or with the process that started it. */
  public static async start(): Promise<Moto> {
    const { python } = pythonEnv(join(__dirname, "requirements.txt"));
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "moto-"));
    const log = openSync(join(folder, "log"), "w");
    const script = join(__dirname, "moto_server.py");
    const child = spawn(python, ["-u", script, "--port", String(port), "--follow-stdin"], {
      stdio: ["pipe", log, log],
    });
    closeSync(log);
    const moto = new Moto(`http://127.0.0.1:${port}`, child, folder);
    await moto.ready();
    return moto;
  }

  private constructor(
    public readonly endpoint: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** The environment in which Terraform, the AWS CLI and boto3 talk to this server and to nothing else. */
  public get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    };
  }

  /** Forgets every resource. The log stays. */
  public async reset(): Promise<void> {
    await this.ask("reset", "POST");
  }

  /**
   * What is held beyond what every new account has, `service/kind/id`. Empty after a clean destroy, except for keys and
   * secrets in their deletion window, which are marked so.
   */
  public async held(): Promise<readonly string[]> {
    return (await (await this.ask("held")).json()) as string[];
  }

  /** Every request and its answer, as the server logged them: `POST /x HTTP/1.1" 200`. */
  public requests(): readonly string[] {
    return this.log().filter((line) => / HTTP\/1\.\d" \d{3} /.test(line));
  }

  /** The requests that made the server fail, whatever Terraform made of the answer, and the errors that it printed. */
  public failures(): readonly string[] {
    const failed = this.requests().filter((line) => / HTTP\/1\.\d" 5\d\d /.test(line));
    if (failed.length === 0) return [];
    return [...failed, ...this.log().filter((line) => /^[\w.]*(Error|Exception|NotImplemented\w*)(:|$)/.test(line))];
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const gone = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill();
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private log(): string[] {
    // The server colours what is not 200, for a terminal
    return stripVTControlCharacters(readFileSync(join(this.folder, "log"), "utf8")).split("\n");
  }

  private async ask(path: string, method = "GET"): Promise<Response> {
    const answer = await fetch(`${this.endpoint}/moto-api/${path}`, { method });
    if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${method} ${path}: ${await answer.text()}`);
    return answer;
  }

  private async ready(): Promise<void> {
    const until = Date.now() + READY_SECONDS * 1000;
    for (;;) {
      try {
        await this.ask("");
        return;
      } catch (error) {
        const why = this.child.exitCode === null ? String(error) : `it ended with ${this.child.exitCode}`;
        if (this.child.exitCode !== null || Date.now() > until) {
          const log = this.log().join("\n");
          await this.stop();
          throw new Error(`moto did not start: ${why}\n${log}`, { cause: error });
        }
        await sleep(200);
      }
    }
  }
}
