import { synthesize, variantsOf } from "./synthesized";
import { VARIANTS } from "./variants";

/** A variant by its name, synthesized once for all tests of a file. */
export const variant = variantsOf(VARIANTS, synthesize);
