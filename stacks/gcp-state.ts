import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Config, GcpConfig } from "./config";
import { useGoogle } from "./gcp-versions";
import { StateStore } from "cdktf-pytorch-vision/gcp";

/** The bucket that keeps the state of everything else. Deployed once, first; its own state stays beside cdktf.json. */
export class GcpStateStack extends TerraformStack {
  public constructor(scope: Construct, id: string, config: Config, gcp: GcpConfig) {
    super(scope, id);
    useGoogle(this, gcp);
    // Terraform runs in cdktf.out/stacks/<id>, which anybody may delete.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    const { project, region } = gcp;
    const store = new StateStore(this, "state", { name: config.name, project, region });
    new TerraformOutput(this, "state_bucket", { value: store.bucketName, staticId: true });
  }
}
