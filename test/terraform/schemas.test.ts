import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { suite, TERRAFORM } from "../suite";
import { Deployment } from "./deployment";
import { stacks, typesInUse } from "./in-use";
import { schemasOf, serveSchemas, versions } from "./providers";
import { printed, trimmed, typesIn } from "./schema-server/trim";
import { accepts } from "./version";

const PROVIDERS = Object.keys(versions());

const only = <T>(all: Readonly<Record<string, T>>): readonly [string, T] => {
  const [first, ...others] = Object.entries(all);
  if (others.length > 0) throw new Error(`one provider a file, not also ${others.map(([address]) => address).join()}`);
  return first;
};

describe("schemas/", () => {
  let inUse: Awaited<ReturnType<typeof typesInUse>>;

  beforeAll(async () => {
    inUse = await typesInUse();
  }, 60_000);

  it("has the providers that the stacks use", () => {
    expect(PROVIDERS).toEqual([...inUse.keys()].sort());
  });

  it.each(PROVIDERS)("has the types of %s that the stacks use, and no other", (name) => {
    const [, schema] = only(schemasOf(name).provider_schemas);
    expect(typesIn(schema)).toEqual(inUse.get(name));
  });

  it.each(PROVIDERS)("has %s in a version that every stack accepts", (name) => {
    const constraints = stacks().flatMap(({ terraform }) => terraform.required_providers[name]?.version ?? []);
    expect(constraints).not.toEqual([]);
    expect(constraints.filter((constraint) => !accepts(constraint, versions()[name]))).toEqual([]);
  });
});

it.each([
  ["5.100.0", ">= 5.100, < 7", true],
  ["7.0.0", ">= 5.100, < 7", false],
  ["5.99.9", ">= 5.100, < 7", false],
  ["6.99.0", "~> 6.50", true],
  ["7.0.0", "~> 6.50", false],
  ["6.50.9", "~> 6.50.1", true],
  ["6.51.0", "~> 6.50.1", false],
  ["6.50.0", "6.50.0", true],
  ["6.50.1", "= 6.50.0", false],
])("reads constraints as Terraform does: %s by %s is %s", (version, constraint, accepted) => {
  expect(accepts(constraint, version)).toBe(accepted);
});

suite("schemas/, served", [TERRAFORM], () => {
  it.each(PROVIDERS)(
    "are what Terraform prints: %s",
    async (name) => {
      const [address] = only(schemasOf(name).provider_schemas);
      const configuration = { terraform: { required_providers: { [name]: { source: address } } } };
      const providers = await serveSchemas([name]);
      const deployment = new Deployment(configuration, providers);
      try {
        deployment.terraform.init();
        const { provider_schemas } = await deployment.terraform.schemas();
        const again = provider_schemas[address];
        const file = resolve(__dirname, "..", "..", "schemas", `${name}.json`);
        expect(printed(address, trimmed(again, typesIn(again)))).toBe(readFileSync(file, "utf8"));
      } finally {
        deployment.remove();
        providers.stop();
      }
    },
    60_000,
  );
});
