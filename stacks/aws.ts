import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { requireAws } from "./aws-versions";
import { Config } from "./config";
import { addOutputs } from "./outputs";
import { spec } from "./spec";
import { Environment, StateStore } from "cdktf-pytorch-vision/aws";

/** The environment on AWS, with its state in the bucket that `aws-state` made. */
export class AwsStack extends TerraformStack {
  public readonly environment: Environment;

  public constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const region = config.awsRegion;
    requireAws(this);
    new S3Backend(this, {
      bucket: StateStore.bucketNameFor(config.name, config.awsAccountId, region),
      key: `${config.name}/${id}.tfstate`,
      region,
      encrypt: true,
    });
    // A lock file in the bucket itself; cdktf has no argument for it.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
    // Terraform stops at the first call when the credentials are another account's.
    new AwsProvider(this, "aws", { region, allowedAccountIds: [config.awsAccountId] });
    this.environment = new Environment(this, "environment", { ...spec(config), region });
    addOutputs(this, this.environment.outputs);
  }
}
