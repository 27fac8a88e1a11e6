import * as gcp from "../../../lib/gcp";
import { refusedPart } from "../../refusal";
import { NAMED } from "../parts";
import { addProviders } from "../variants";

export { refusedPart };

/** The props of an environment, less what every one here has. */
export type Asked = Partial<gcp.EnvironmentProps>;

/** What an environment that cannot be made answers: the whole sentence, or `accepted`. */
export function refused(asked: Asked): string {
  return refusedPart((stack) => {
    addProviders(stack);
    new gcp.Environment(stack, "environment", { ...NAMED, ...asked });
  });
}
