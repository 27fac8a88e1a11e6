import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { Terraform, type TerraformOptions } from "../terraform/terraform";
import type { Moto } from "./moto";

export const REGION = "us-east-1";

const OVERRIDE = {
  // The version that the emulator was made to satisfy; users take any of the range that a stack gives
  terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
  provider: {
    // Buckets are no host names on a loopback address. A call that the emulator lacks shall fail in seconds, not after 25 tries
    aws: { s3_use_path_style: true, max_retries: 4 },
  },
};

/** Terraform for a folder with a stack for AWS, talking to an emulated AWS. The stack itself stays what a user has. */
export function terraformOnAws(folder: string, moto: Moto, more: Pick<TerraformOptions, "backend"> = {}): Terraform {
  return new Terraform(folder, { providers: ["hashicorp/aws"], env: moto.env, override: OVERRIDE, ...more });
}

/** The provider that an environment alone in a stack needs. */
export function addProvider(stack: TerraformStack): void {
  new AwsProvider(stack, "aws", { region: REGION });
}
