import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformStack } from "cdktf";
import { GcpConfig } from "./config";

/** What the configuration is written for, and the provider in the one project that it is meant for. */
export function useGoogle(stack: TerraformStack, { project, region }: GcpConfig): void {
  stack.addOverride("terraform.required_version", ">= 1.11, < 2");
  stack.addOverride("terraform.required_providers.google.version", "~> 6.50");
  // A person's own credentials have no quota project of theirs.
  new GoogleProvider(stack, "google", { project, region, userProjectOverride: true, billingProject: project });
}
