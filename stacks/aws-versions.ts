import { TerraformStack } from "cdktf";

/** What the configuration is written for: nothing in it is known to one major version of the provider alone. */
export function requireAws(stack: TerraformStack): void {
  stack.addOverride("terraform.required_version", ">= 1.11, < 2");
  stack.addOverride("terraform.required_providers.aws.version", ">= 5.100, < 7");
}
