import { suite, TERRAFORM } from "../suite";
import { Deployment } from "./deployment";
import { google } from "./fixture";
import { type Providers, serveSchemas } from "./providers";

const MINUTE = 60_000;
const CHANGED = { memory: "2Gi", keptDays: 14, apis: ["iam", "run"] };

suite("Terraform with schemas alone, on a small configuration for Google Cloud", [TERRAFORM], () => {
  let providers: Providers;
  let deployment: Deployment;

  beforeAll(async () => {
    providers = await serveSchemas(["google", "google-beta", "time"]);
    deployment = new Deployment(google(), providers);
  });

  afterAll(() => {
    deployment?.remove();
    providers?.stop();
  });

  // The life of one configuration: each test goes on where the one before it ended
  it(
    "finds it valid, without a warning",
    async () => {
      expect(deployment.terraform.init().problems).toEqual([]);
      expect((await deployment.terraform.validate()).problems).toEqual([]);
    },
    MINUTE,
  );

  it(
    "plans to create all of it, and to read in the apply what waits for it",
    async () => {
      const { problems, changes } = await deployment.terraform.plan();
      expect(problems).toEqual([]);
      expect(changes.filter((change) => change.startsWith("create google_"))).toHaveLength(16);
      expect(changes.filter((change) => !change.startsWith("create "))).toEqual([
        "read data.google_storage_project_service_account.this",
      ]);
    },
    MINUTE,
  );

  it(
    "applies it, and reads values that look like those of the cloud",
    async () => {
      expect((await deployment.terraform.apply()).problems).toEqual([]);
      expect(await deployment.terraform.outputs()).toEqual({
        key: "projects/example-project/kms-crypto-key/flowers",
        member: "serviceAccount:flowers-serve@example-project.iam.gserviceaccount.com",
        url: expect.stringMatching(/^https:\/\/flowers-serve-[0-9a-f]{8}\.example\.com\/$/),
      });
    },
    MINUTE,
  );

  it(
    "keeps what is write-only out of the state",
    async () => {
      expect(JSON.stringify(await deployment.terraform.show("state"))).not.toContain("not a secret");
    },
    MINUTE,
  );

  it(
    "plans no change then",
    async () => {
      expect(await deployment.terraform.plan()).toMatchObject({ problems: [], changes: [] });
    },
    MINUTE,
  );

  it(
    "updates what was changed and nothing else, and plans no change then",
    async () => {
      deployment.write(google(CHANGED));
      expect((await deployment.terraform.plan()).changes).toEqual([
        'delete google_project_service.api["storage"]',
        "update google_cloud_run_v2_service.this",
        "update google_storage_bucket.models",
      ]);
      expect((await deployment.terraform.apply()).problems).toEqual([]);
      expect(await deployment.terraform.plan()).toMatchObject({ problems: [], changes: [] });
    },
    MINUTE,
  );

  it(
    "does not destroy what is protected",
    async () => {
      deployment.write(google({ ...CHANGED, protect: true }));
      expect((await deployment.terraform.destroy()).problems).toEqual([
        expect.stringContaining("Instance cannot be destroyed: Resource google_kms_crypto_key.this"),
      ]);
    },
    MINUTE,
  );

  it(
    "destroys all of it",
    async () => {
      deployment.write(google(CHANGED));
      expect((await deployment.terraform.destroy()).problems).toEqual([]);
      expect(await deployment.terraform.state()).toEqual([]);
    },
    MINUTE,
  );
});
