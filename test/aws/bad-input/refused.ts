import * as aws from "../../../lib/aws";
import { refusedPart } from "../../refusal";

export { refusedPart };

/** The props of an environment, less what every one here has. */
export type Asked = Partial<aws.EnvironmentProps>;

/** What an environment that cannot be made answers. */
export function refused(asked: Asked): string {
  return refusedPart(
    (stack) => new aws.Environment(stack, "environment", { name: "flowers", region: "us-east-1", ...asked }),
  );
}
