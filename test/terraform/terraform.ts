import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/cache";
import { withLock } from "../../scripts/lock";
import { cliConfig } from "./provider-mirror";

/** What one run of terraform had to say. A test wants `problems` empty. */
export interface Run {
  /** Errors and warnings, `error: aws_x.y: summary: detail`. */
  readonly problems: readonly string[];
  /** What differs or was changed, `update aws_x.y`, sorted. Outputs count: they are what a person sees. */
  readonly changes: readonly string[];
  readonly seconds: number;
}

export interface TerraformOptions {
  /** The providers that a mirror may hold, `hashicorp/aws`. */
  readonly providers: readonly string[];
  /** Added to the environment: credentials and endpoint of an emulator. */
  readonly env?: Readonly<Record<string, string>>;
  /** Merged over the stack, as a Terraform override file: provider settings of an emulator. */
  readonly override?: Readonly<Record<string, unknown>>;
  /** More settings for the stack's own backend. Without them the state is a file beside the stack, whatever its backend is. */
  readonly backend?: Readonly<Record<string, string>>;
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

interface Message {
  readonly type?: string;
  readonly diagnostic?: Diagnostic;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
}

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

const DOWNLOADS = cacheFolder("terraform-providers");

// Says that the lock file, which no test keeps, lacks the checksums of other platforms
const EXPECTED = new Set(["Incomplete lock file information for providers"]);

const shown = ({ severity, address, summary, detail }: Diagnostic) =>
  [`${severity}:`, address && `${address}:`, summary, detail && `: ${detail}`].filter(Boolean).join(" ");

/** The user's own settings must reach neither Terraform nor the provider: an emulated run knows no real account. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TF|AWS|GOOGLE|ARM|IC)_/.test(name)));
}

/** Real Terraform in a folder that holds a synthesized stack. State, plan and settings stay in that folder. */
export class Terraform {
  private readonly env: NodeJS.ProcessEnv;
  private readonly backend: readonly string[];

  constructor(
    private readonly folder: string,
    options: TerraformOptions,
  ) {
    mkdirSync(DOWNLOADS, { recursive: true });
    const config = join(folder, "terraform.rc");
    writeFileSync(config, cliConfig(options.providers, DOWNLOADS));
    const local = { terraform: { backend: { local: { path: "terraform.tfstate" } } } };
    if (!options.backend) writeFileSync(join(folder, "state_override.tf.json"), JSON.stringify(local));
    this.backend = Object.entries(options.backend ?? {}).map(([name, value]) => `-backend-config=${name}=${value}`);
    writeFileSync(join(folder, "test_override.tf.json"), JSON.stringify(options.override ?? {}));
    this.env = {
      ...cleanEnvironment(),
      TF_CLI_CONFIG_FILE: config,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      ...options.env,
    };
  }

  /** One at a time on a machine: Terraform's cache of downloads does not bear two writers. */
  public init(): Run {
    const args = ["init", "-json", ...this.backend];
    const started = Date.now();
    const { status, stdout, stderr } = withLock(`${DOWNLOADS}.lock`, () =>
      spawnSync("terraform", args, { cwd: this.folder, env: this.env, encoding: "utf8" }),
    );
    return read(args, { status, stdout, stderr, seconds: (Date.now() - started) / 1000 });
  }

  public async validate(): Promise<Run> {
    const finished = await this.spawn(["validate", "-json"]);
    const answer = JSON.parse(finished.stdout) as { readonly diagnostics: readonly Diagnostic[] };
    return { problems: answer.diagnostics.map(shown), changes: [], seconds: finished.seconds };
  }

  /** What differs between the code, the state and the cloud. Keeps the plan for `apply`. */
  public async plan(): Promise<Run> {
    return this.run("plan", "-json", "-out=tfplan", "-parallelism=20");
  }

  /** Carries out the last plan. */
  public async apply(): Promise<Run> {
    return this.run("apply", "-json", "-parallelism=20", "tfplan");
  }

  public async destroy(): Promise<Run> {
    return this.run("destroy", "-json", "-auto-approve", "-parallelism=20");
  }

  /** Addresses of everything in the state. */
  public async state(): Promise<readonly string[]> {
    const { stdout } = await this.spawn(["state", "list"]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** Outputs of the last apply. */
  public async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.spawn(["output", "-json"]);
    const answer = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
    return Object.fromEntries(Object.entries(answer).map(([name, { value }]) => [name, value]));
  }

  /** The machine-readable form of the state, or of the last plan. */
  public async show(what: "state" | "plan"): Promise<unknown> {
    const { stdout } = await this.spawn(["show", "-json", ...(what === "plan" ? ["tfplan"] : [])]);
    return JSON.parse(stdout) as unknown;
  }

  private async run(...args: string[]): Promise<Run> {
    return read(args, await this.spawn(args));
  }

  private spawn(args: readonly string[]): Promise<Finished> {
    const started = Date.now();
    return new Promise((resolve, reject) => {
      const child = spawn("terraform", args, { cwd: this.folder, env: this.env, stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, stdout, stderr, seconds: (Date.now() - started) / 1000 }));
    });
  }
}

function read(args: readonly string[], finished: Finished): Run {
  const problems: string[] = [];
  const changes: string[] = [];
  for (const line of finished.stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const message = JSON.parse(line) as Message;
    const { type, diagnostic, change } = message;
    if (diagnostic && !EXPECTED.has(diagnostic.summary)) problems.push(shown(diagnostic));
    if (type === "planned_change" && change) changes.push(`${change.action} ${change.resource.addr}`);
    if (type === "outputs") changes.push(...changedOutputs(message));
  }
  // Refused before it could speak JSON: bad arguments, a crash
  if (finished.status !== 0 && problems.length === 0) {
    const said = finished.stderr || finished.stdout;
    problems.push(`error: terraform ${args.join(" ")} ended with ${finished.status}: ${said}`);
  }
  return { problems, changes: changes.sort(), seconds: finished.seconds };
}

function changedOutputs({ outputs = {} }: Message): string[] {
  return Object.entries(outputs).flatMap(([name, { action }]) =>
    action === undefined || action === "noop" ? [] : [`${action} output.${name}`],
  );
}
