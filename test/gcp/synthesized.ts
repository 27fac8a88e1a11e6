import { synthesizer, variantsOf } from "../synthesized";
import { addProviders, VARIANTS } from "./variants";

export * from "../synthesized";

/** Synthesizes what is put into a stack that has nothing but providers, with all validations. */
export const synthesize = synthesizer(addProviders);

/** A variant by its name, synthesized once for all tests of a file. */
export const variant = variantsOf(VARIANTS, synthesize);
