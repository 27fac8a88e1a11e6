import { GcsBackend, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Config, GcpConfig } from "./config";
import { useGoogle } from "./gcp-versions";
import { addOutputs } from "./outputs";
import { spec } from "./spec";
import { TimeProvider } from "cdktf-pytorch-vision/core";
import { Environment, GoogleBetaProvider, StateStore } from "cdktf-pytorch-vision/gcp";

/** The environment on Google Cloud, with its state in the bucket that `gcp-state` made. */
export class GcpStack extends TerraformStack {
  public readonly environment: Environment;

  public constructor(scope: Construct, id: string, config: Config, gcp: GcpConfig) {
    super(scope, id);
    const { project, projectNumber, region, billingAccount } = gcp;
    useGoogle(this, gcp);
    new GoogleBetaProvider(this, "google-beta", { project, region });
    new TimeProvider(this, "time");
    this.addOverride("terraform.required_providers.google-beta.version", "~> 6.50");
    this.addOverride("terraform.required_providers.time.version", ">= 0.9, < 1");
    new GcsBackend(this, {
      bucket: StateStore.bucketNameFor(config.name, project),
      prefix: `${config.name}/${id}`,
    });
    const portable = spec(config);
    this.environment = new Environment(this, "environment", {
      ...portable,
      // A budget belongs to a billing account.
      budget: billingAccount === undefined ? undefined : portable.budget,
      billingAccount,
      project,
      projectNumber,
      region,
    });
    addOutputs(this, this.environment.outputs);
  }
}
