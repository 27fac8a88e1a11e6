import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { VisionApp } from "../../stacks/app";

const TESTS = resolve(__dirname, "..");

/** What `test/<cloud>/variants.ts` exports. */
interface Variants {
  readonly VARIANTS: readonly { readonly add: (stack: TerraformStack) => unknown }[];
  readonly addProviders?: (stack: TerraformStack) => void;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, { readonly provider?: string }>>>>;

interface Synthesized {
  readonly terraform: { readonly required_providers: Readonly<Record<string, { readonly version?: string }>> };
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

async function variants(): Promise<readonly Synthesized[]> {
  const files = readdirSync(TESTS)
    .map((cloud) => join(TESTS, cloud, "variants.ts"))
    .filter((file) => existsSync(file));
  const clouds = await Promise.all(files.map(async (file) => (await import(file)) as Variants));
  return clouds.flatMap(({ VARIANTS, addProviders }) =>
    VARIANTS.map(({ add }) => {
      const stack = new TerraformStack(Testing.app(), "test");
      addProviders?.(stack);
      add(stack);
      return JSON.parse(Testing.synth(stack)) as Synthesized;
    }),
  );
}

/** The project's own stacks, as cdktf.json has them. */
export function stacks(): readonly Synthesized[] {
  const outdir = mkdtempSync(join(tmpdir(), "in-use-"));
  try {
    new VisionApp({ outdir }, {}).synth();
    const folder = join(outdir, "stacks");
    return readdirSync(folder).map(
      (name) => JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8")) as Synthesized,
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** `google-beta.second` is the provider google-beta; unnamed it is what the type begins with. */
const providerOf = (type: string, provider = type.split("_")[0]) => provider.split(".")[0];

function addTypes(blocks: Blocks = {}, prefix: "" | "data.", found: Map<string, Set<string>>): void {
  for (const [type, objects] of Object.entries(blocks)) {
    for (const { provider } of Object.values(objects)) {
      const name = providerOf(type, provider);
      found.set(name, (found.get(name) ?? new Set()).add(`${prefix}${type}`));
    }
  }
}

/**
 * The resource types and data sources of every variant of an environment and of every stack, by the name of their
 * provider. What is built into Terraform is left out.
 */
export async function typesInUse(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  for (const { resource, data } of [...(await variants()), ...stacks()]) {
    addTypes(resource, "", found);
    addTypes(data, "data.", found);
  }
  found.delete("terraform");
  return new Map([...found].map(([provider, types]) => [provider, [...types].sort()]));
}
