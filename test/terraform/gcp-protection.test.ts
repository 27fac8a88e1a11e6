import { TerraformStack } from "cdktf";
import * as gcp from "../../lib/gcp";
import { addProviders, QUICKSTART } from "../gcp/variants";
import { suite, TERRAFORM } from "../suite";
import { type Providers, serveSchemas } from "./providers";
import { Terraform } from "./terraform";
import { Workspace } from "./workspace";

const MINUTE = 60_000;

suite("deletionProtection on Google Cloud, with schemas alone", [TERRAFORM], () => {
  let providers: Providers;
  let workspace: Workspace;
  let terraform: Terraform;
  let there: readonly string[];

  const environment = (deletionProtection: boolean) => (stack: TerraformStack) => {
    addProviders(stack);
    new gcp.Environment(stack, "environment", { ...QUICKSTART, deletionProtection });
  };

  beforeAll(async () => {
    providers = await serveSchemas(["google", "google-beta", "time"]);
    workspace = new Workspace();
    workspace.synth(environment(true));
    terraform = new Terraform(workspace.folder(), providers.options);
    terraform.init();
    await terraform.plan();
    await terraform.apply();
    there = await terraform.state();
  }, MINUTE);

  afterAll(() => {
    workspace?.remove();
    providers?.stop();
  });

  it(
    "lets nothing be destroyed while it is on",
    async () => {
      const { problems } = await terraform.destroy();
      expect(problems).not.toEqual([]);
      expect(problems.filter((problem) => !problem.includes("Instance cannot be destroyed"))).toEqual([]);
      expect(await terraform.state()).toEqual(there);
    },
    MINUTE,
  );

  it(
    "is turned off by flags of these resources, the key not among them, and everything can go then",
    async () => {
      workspace.synth(environment(false));
      const { changes } = await terraform.plan();
      expect(changes.map((change) => change.replace(/\..*/, ""))).toEqual([
        "update google_bigquery_dataset",
        "update google_cloud_run_v2_service",
        "update google_secret_manager_secret",
        "update google_storage_bucket",
        "update google_storage_bucket",
        "update google_workflows_workflow",
      ]);
      expect((await terraform.apply()).problems).toEqual([]);
      expect((await terraform.destroy()).problems).toEqual([]);
      expect(await terraform.state()).toEqual([]);
    },
    MINUTE,
  );
});
