import { TerraformOutput, TerraformStack } from "cdktf";
import { EnvironmentOutputs } from "cdktf-pytorch-vision/core";

/** One Terraform output for each key, in snake case: `endpointUrl` is `endpoint_url`. */
export function addOutputs(stack: TerraformStack, outputs: EnvironmentOutputs): void {
  for (const [key, value] of Object.entries(outputs)) {
    new TerraformOutput(
      stack,
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      { value, staticId: true },
    );
  }
}
