import { suite, TERRAFORM } from "../suite";
import { Deployment } from "./deployment";
import { type Providers, serve, serveSchemas } from "./providers";
import type { Answers } from "./schema-server/answers";
import type { ProviderSchema } from "./schema-server/schema";
import { printed, trimmed } from "./schema-server/trim";
import type { Terraform } from "./terraform";

const MINUTE = 60_000;
const ADDRESS = "registry.terraform.io/example/forms";

const size = {
  attributes: { cpu: { type: "number", required: true }, kind: { type: "string", computed: true } },
} as const;
const nested = (nesting_mode: "single" | "list" | "set" | "map") => ({
  nested_type: { nesting_mode, ...size },
  optional: true,
});
const block = (nesting_mode: "single" | "group" | "list" | "set" | "map", more: object = {}) => ({
  nesting_mode,
  block: { attributes: { name: { type: "string", optional: true }, arn: { type: "string", computed: true } } } as const,
  ...more,
});

// Every form that a schema can have, also those that no provider of ours uses yet
const FORMS: ProviderSchema = {
  provider: { version: 0, block: {} },
  resource_schemas: {
    forms_all: {
      version: 3,
      block: {
        attributes: {
          id: { type: "string", computed: true },
          name: { type: "string", required: true },
          any: { type: "dynamic", optional: true },
          pair: { type: ["tuple", ["string", "number"]], optional: true },
          point: { type: ["object", { labels: ["map", "string"], x: "number" }], optional: true },
          old: { type: "bool", optional: true, deprecated: true },
          password: { type: "string", optional: true, sensitive: true },
          token: { type: "string", optional: true, write_only: true },
          one: nested("single"),
          many: nested("list"),
          unordered: nested("set"),
          named: nested("map"),
        },
        block_types: {
          single: block("single"),
          group: block("group"),
          list: block("list", { min_items: 1, max_items: 2 }),
          set: block("set"),
          map: block("map"),
        },
      },
    },
  },
  data_source_schemas: {
    forms_zones: {
      version: 0,
      block: { attributes: { names: { type: ["list", "string"], computed: true } } },
    },
  },
};

const ALL = {
  name: "all",
  any: { deep: [1, "two", null, { three: true }] },
  pair: ["a", 1.5],
  point: { labels: { a: "b" }, x: 123456789012 },
  password: "secret",
  token: "never kept",
  one: { cpu: 1 },
  many: [{ cpu: 1 }, { cpu: 2 }],
  unordered: [{ cpu: 1 }, { cpu: 2 }],
  named: { small: { cpu: 1 } },
  single: { name: "s" },
  group: { name: "g" },
  list: [{ name: "a" }, { name: "b" }],
  set: [{ name: "a" }, { name: "b" }],
  map: { key: { name: "m" } },
};

const forms = (all: object, more: object = {}) => ({
  terraform: { required_providers: { forms: { source: "example/forms" } } },
  data: { forms_zones: { here: {} } },
  resource: { forms_all: { this: all } },
  ...more,
});

suite("a server of schemas", [TERRAFORM], () => {
  const started: Providers[] = [];
  const deployments: Deployment[] = [];

  const deploy = (configuration: object, providers: Providers): Terraform => {
    started.push(providers);
    const deployment = new Deployment(configuration, providers);
    deployments.push(deployment);
    deployment.terraform.init();
    return deployment.terraform;
  };

  /** Plans and applies. Gives the problems of both. */
  const apply = async (terraform: Terraform): Promise<readonly string[]> => {
    const planned = await terraform.plan();
    return planned.problems.length > 0 ? planned.problems : (await terraform.apply()).problems;
  };

  afterAll(() => {
    deployments.forEach((one) => one.remove());
    started.forEach((one) => one.stop());
  });

  const serveForms = () => serve({ [ADDRESS]: FORMS });

  it(
    "serves every form of a schema so that Terraform prints what was served",
    async () => {
      const terraform = deploy(forms(ALL), await serveForms());
      const { provider_schemas } = await terraform.schemas();
      const types = ["forms_all", "data.forms_zones"];
      const served = printed(ADDRESS, trimmed(FORMS, types));
      expect(printed(ADDRESS, trimmed(provider_schemas[ADDRESS], types))).toBe(served);
    },
    MINUTE,
  );

  it(
    "applies every form of a value, plans no change then, updates an element of a set, and destroys",
    async () => {
      const providers = await serveForms();
      const deployment = new Deployment(forms(ALL), providers);
      deployments.push(deployment);
      started.push(providers);
      const { terraform } = deployment;
      terraform.init();
      expect(await apply(terraform)).toEqual([]);
      expect(JSON.stringify(await terraform.show("state"))).not.toContain("never kept");
      expect(await terraform.plan()).toMatchObject({ problems: [], changes: [] });
      deployment.write(forms({ ...ALL, set: [{ name: "b" }, { name: "c" }], unordered: [{ cpu: 3 }, { cpu: 1 }] }));
      expect((await terraform.plan()).changes).toEqual(["update forms_all.this"]);
      expect((await terraform.apply()).problems).toEqual([]);
      expect(await terraform.plan()).toMatchObject({ problems: [], changes: [] });
      expect((await terraform.destroy()).problems).toEqual([]);
    },
    MINUTE,
  );

  it.each([
    ["null for a required member of a nested attribute", { named: { small: { cpu: null } } }, "named.cpu"],
    ["a computed member of a nested attribute", { many: [{ cpu: 1, kind: "mine" }] }, "many[0].kind"],
    ["a block too many", { list: [{}, {}, {}] }, "Too many list blocks"],
    ["no block where one must be", { list: [] }, "Insufficient list blocks"],
    ["what is deprecated, with a warning", { old: true }, 'warning: forms_all.this: Argument is deprecated: "old"'],
  ])(
    "refuses %s",
    async (_, spoilt, says) => {
      const terraform = deploy(forms({ ...ALL, ...spoilt }), await serveForms());
      expect((await terraform.validate()).problems).toEqual([expect.stringContaining(says)]);
    },
    MINUTE,
  );

  const GOOGLE = { terraform: { required_providers: { google: { source: "hashicorp/google" } } } };
  const serveGoogle = (answers?: Answers) => serveSchemas(["google"], answers);

  it(
    "serves two runs at once, and tells resources with the same arguments apart",
    async () => {
      const accounts = {
        ...GOOGLE,
        resource: { google_service_account: { all: { count: 2, account_id: "twin", project: "example-project" } } },
        output: { ids: { value: "${google_service_account.all[*].unique_id}" } },
      };
      const providers = await serveGoogle();
      const both = [deploy(accounts, providers), deploy(accounts, providers)];
      expect(await Promise.all(both.map(apply))).toEqual([[], []]);
      const ids = (await Promise.all(both.map((one) => one.outputs()))).flatMap((outputs) => outputs.ids);
      expect(new Set(ids).size).toBe(4);
    },
    MINUTE,
  );

  it(
    "imports, with the id that was asked for",
    async () => {
      const account = { account_id: "mine", project: "example-project" };
      const terraform = deploy(
        {
          ...GOOGLE,
          import: [{ to: "google_service_account.this", id: "projects/example-project/serviceAccounts/mine" }],
          resource: { google_service_account: { this: account } },
          output: { id: { value: "${google_service_account.this.id}" } },
        },
        await serveGoogle(),
      );
      expect(await apply(terraform)).toEqual([]);
      expect(await terraform.outputs()).toEqual({ id: "projects/example-project/serviceAccounts/mine" });
    },
    MINUTE,
  );

  const storageAgent = {
    ...GOOGLE,
    data: { google_storage_project_service_account: { this: { project: "example-project" } } },
    output: { email: { value: "${data.google_storage_project_service_account.this.email_address}" } },
  };

  it(
    "gives the answers that a test wants",
    async () => {
      const answers = { "data.google_storage_project_service_account": { email_address: "storage@example.com" } };
      const terraform = deploy(storageAgent, await serveGoogle(answers));
      expect(await apply(terraform)).toEqual([]);
      expect(await terraform.outputs()).toEqual({ email: "storage@example.com" });
    },
    MINUTE,
  );

  it(
    "refuses an answer that the schema has no place for",
    async () => {
      const answers = { "data.google_storage_project_service_account": { mail: "storage@example.com" } };
      const terraform = deploy(storageAgent, await serveGoogle(answers));
      expect(await apply(terraform)).toEqual([
        expect.stringContaining("answers: data.google_storage_project_service_account has no attribute mail"),
      ]);
    },
    MINUTE,
  );
});
