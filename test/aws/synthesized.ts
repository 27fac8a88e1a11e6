import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { synthesizer } from "../synthesized";

export * from "../synthesized";

/** Synthesizes what is put into an empty stack, with all validations. */
export const synthesize = synthesizer((stack) => {
  new AwsProvider(stack, "aws", { region: "us-east-1" });
});
