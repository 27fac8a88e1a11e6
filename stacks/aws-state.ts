import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { requireAws } from "./aws-versions";
import { Config } from "./config";
import { StateStore } from "cdktf-pytorch-vision/aws";

/** The bucket that keeps the state of everything else. Deployed once, first; its own state stays beside cdktf.json. */
export class AwsStateStack extends TerraformStack {
  public constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    requireAws(this);
    // Terraform runs in cdktf.out/stacks/<id>, which anybody may delete.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    new AwsProvider(this, "aws", { region: config.awsRegion, allowedAccountIds: [config.awsAccountId] });
    const store = new StateStore(this, "state", { name: config.name, region: config.awsRegion });
    new TerraformOutput(this, "state_bucket", { value: store.bucketName, staticId: true });
  }
}
