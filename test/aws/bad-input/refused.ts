import { TerraformStack, Testing } from "cdktf";
import * as aws from "../../../lib/aws";
import { refusal } from "../../refusal";

/** The props of an environment, less what every one here has. */
export type Asked = Partial<aws.EnvironmentProps>;

/** What a part that cannot be made answers: the whole sentence, or `accepted`. */
export function refusedPart(make: (stack: TerraformStack) => unknown): string {
  return refusal(() => make(new TerraformStack(Testing.app(), "test")));
}

/** What an environment that cannot be made answers. */
export function refused(asked: Asked): string {
  return refusedPart(
    (stack) => new aws.Environment(stack, "environment", { name: "flowers", region: "us-east-1", ...asked }),
  );
}
