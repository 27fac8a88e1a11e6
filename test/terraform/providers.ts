import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answers } from "./schema-server/answers";
import { type ProviderSchema, readSchemas, type Schemas } from "./schema-server/schema";
import { SchemaServer } from "./schema-server/server";
import type { TerraformOptions } from "./terraform";

const FOLDER = join(__dirname, "..", "..", "schemas");
const WAYS = ["schemas", "registry"];

/** Where the Terraform of a suite takes its providers from. */
export interface Providers {
  readonly options: TerraformOptions;
  stop(): void;
}

export function schemasOf(provider: string): Schemas {
  return readSchemas(join(FOLDER, `${provider}.json`));
}

/** The versions of the real providers that schemas/ was made from. */
export function versions(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(FOLDER, "versions.json"), "utf8")) as Record<string, string>;
}

/** True where the user asked for the real providers, with `TERRAFORM_PROVIDERS=registry`. */
export function realProviders(): boolean {
  const way = process.env.TERRAFORM_PROVIDERS || WAYS[0];
  if (!WAYS.includes(way)) throw new Error(`TERRAFORM_PROVIDERS must be ${WAYS.join(" or ")}, got ${way}`);
  return way === "registry";
}

/** Providers of which only the schemas are known: nothing is installed, nothing is asked, everything can be applied. */
export async function serve(
  schemas: Readonly<Record<string, ProviderSchema>>,
  answers: Answers = {},
): Promise<Providers> {
  const server = await SchemaServer.start(schemas, answers);
  return { options: { providers: [], env: server.env }, stop: () => server.stop() };
}

/** The same for providers of schemas/. */
export async function serveSchemas(names: readonly string[], answers?: Answers): Promise<Providers> {
  return serve(Object.assign({}, ...names.map((name) => schemasOf(name).provider_schemas)), answers);
}

/** The real providers, in the versions of schemas/, from a mirror or the registry. */
export function installProviders(names: readonly string[], env: Readonly<Record<string, string>> = {}): Providers {
  const required = names.map((name) => [name, { source: `hashicorp/${name}`, version: versions()[name] }]);
  const override = { terraform: { required_providers: Object.fromEntries(required) } };
  return {
    options: { providers: names.map((name) => `hashicorp/${name}`), env, override },
    stop: () => undefined,
  };
}

/**
 * Providers from schemas/, or the real ones where the user asked for them.
 *
 * @param credentials the environment in which the real ones are content to plan
 */
export async function startProviders(
  names: readonly string[],
  credentials: Readonly<Record<string, string>>,
): Promise<Providers> {
  return realProviders() ? installProviders(names, credentials) : serveSchemas(names);
}
