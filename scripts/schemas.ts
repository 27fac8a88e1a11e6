import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { typesInUse } from "../test/terraform/in-use";
import { readSchemas } from "../test/terraform/schema-server/schema";
import { printed, trimmed } from "../test/terraform/schema-server/trim";

// `npm run schemas -- <dump>...`: makes schemas/ from what `terraform providers schema -json` printed, plain or .gz, with
// the types that the stacks use. The version of a provider is in the name of the dump, `google-6.50.0.json`, or in the
// lock file beside it.

const FOLDER = join(__dirname, "..", "schemas");
const VERSIONS = join(FOLDER, "versions.json");

function versionOf(address: string, dump: string): string {
  const [, named] = /-(\d+\.\d+\.\d+)[^/]*\.json(\.gz)?$/.exec(basename(dump)) ?? [];
  if (named !== undefined) return named;
  const lock = join(dirname(dump), ".terraform.lock.hcl");
  const text = existsSync(lock) ? readFileSync(lock, "utf8") : "";
  const [, locked] = new RegExp(`provider "${address}" {\\s+version\\s+= "([^"]+)"`).exec(text) ?? [];
  if (locked !== undefined) return locked;
  throw new Error(`no version of ${address}: name the dump <provider>-<version>.json, or make it beside its lock file`);
}

async function main(dumps: readonly string[]): Promise<void> {
  if (dumps.length === 0) throw new Error("which dump? terraform providers schema -json > aws-5.100.0.json");
  const inUse = await typesInUse();
  const versions = JSON.parse(readFileSync(VERSIONS, "utf8")) as Record<string, string>;
  for (const dump of dumps.map((path) => resolve(path))) {
    for (const [address, schema] of Object.entries(readSchemas(dump).provider_schemas)) {
      const name = basename(address);
      const types = inUse.get(name);
      if (types === undefined) {
        console.log(`${name}: no stack uses it`);
        continue;
      }
      versions[name] = versionOf(address, dump);
      writeFileSync(join(FOLDER, `${name}.json`), printed(address, trimmed(schema, types)));
      console.log(`schemas/${name}.json: ${types.length} types of ${name} ${versions[name]}`);
    }
  }
  const sorted = Object.fromEntries(Object.entries(versions).sort());
  writeFileSync(VERSIONS, `${JSON.stringify(sorted, null, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
