import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Answers } from "./answers";
import { Plugin, type Request } from "./plugin";
import type { ProviderSchema } from "./schema";
import { schemaReply } from "./schema-reply";

const PROTOCOL = 6;

type Methods = Readonly<Record<string, grpc.MethodDefinition<Request, object>>>;
type Handler = grpc.handleUnaryCall<Request, object>;

function methods(): Methods {
  const options = { keepCase: true, longs: Number, enums: String, defaults: true };
  const service: unknown = loadSync(join(__dirname, "tfplugin.proto"), options)["tfplugin6.Provider"];
  return service as Methods;
}

/**
 * Serves provider schemas over Terraform's plugin protocol, so that a real Terraform validates, plans, applies and
 * destroys without the providers. Nothing is created anywhere: what a cloud would decide is made up.
 */
export class SchemaServer {
  /** Serves each provider on a socket of its own. */
  public static async start(
    schemas: Readonly<Record<string, ProviderSchema>>,
    answers: Answers = {},
  ): Promise<SchemaServer> {
    const server = new SchemaServer();
    for (const [address, schema] of Object.entries(schemas)) await server.serve(address, schema, answers);
    return server;
  }

  // A socket's path holds about 100 characters
  private readonly folder = mkdtempSync(join(tmpdir(), "tfs-"));
  private readonly servers: grpc.Server[] = [];
  private readonly attached: Record<string, object> = {};

  private constructor() {}

  /** The environment in which Terraform takes these providers, and installs none of them. */
  public get env(): Readonly<Record<string, string>> {
    return { TF_REATTACH_PROVIDERS: JSON.stringify(this.attached) };
  }

  public stop(): void {
    for (const server of this.servers) server.forceShutdown();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async serve(address: string, schema: ProviderSchema, answers: Answers): Promise<void> {
    const socket = join(this.folder, String(this.servers.length));
    const onWindows = process.platform === "win32";
    const server = serverOf(schema, new Plugin(address, schema, answers));
    this.servers.push(server);
    const port = await bound(server, onWindows ? "127.0.0.1:0" : `unix:${socket}`);
    const Addr = onWindows ? { Network: "tcp", String: `127.0.0.1:${port}` } : { Network: "unix", String: socket };
    this.attached[address] = { Protocol: "grpc", ProtocolVersion: PROTOCOL, Pid: process.pid, Test: true, Addr };
  }
}

function serverOf(schema: ProviderSchema, plugin: Plugin): grpc.Server {
  const { GetProviderSchema, ...others } = methods();
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const handlers: Record<string, Handler> = {};
  for (const name of Object.keys(others)) handlers[name] = answering(plugin.calls[name]);
  server.addService(others, handlers);
  // Every command asks for all of it: encoded once
  const encoded = GetProviderSchema.responseSerialize(schemaReply(schema));
  const asIs = { ...GetProviderSchema, responseSerialize: (bytes: object) => bytes as Buffer };
  server.addService({ GetProviderSchema: asIs }, { GetProviderSchema: (_call, reply) => reply(null, encoded) } as {
    GetProviderSchema: Handler;
  });
  return server;
}

/** What is thrown is a mistake of the test or of this server; Terraform shows it to the person. */
function answering(rpc: (request: Request) => object): Handler {
  return ({ request }, reply) => {
    try {
      reply(null, rpc(request));
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      reply(null, { diagnostics: [{ severity: "ERROR", summary: "Schema server", detail }] });
    }
  };
}

function bound(server: grpc.Server, where: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(where, grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
