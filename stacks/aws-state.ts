import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { requireAws } from "./aws-versions";
import { AwsConfig, Config } from "./config";
import { StateStore } from "cdktf-pytorch-vision/aws";

/** The bucket that keeps the state of everything else. Deployed once, first; its own state stays beside cdktf.json. */
export class AwsStateStack extends TerraformStack {
  public constructor(scope: Construct, id: string, config: Config, { region, accountId }: AwsConfig) {
    super(scope, id);
    requireAws(this);
    // Terraform runs in cdktf.out/stacks/<id>, which anybody may delete.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    new AwsProvider(this, "aws", { region, allowedAccountIds: [accountId] });
    const store = new StateStore(this, "state", { name: config.name, region });
    new TerraformOutput(this, "state_bucket", { value: store.bucketName, staticId: true });
  }
}
