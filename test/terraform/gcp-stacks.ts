import { addProviders, VARIANTS } from "../gcp/variants";
import { exampleSubjects, stackSubjects, type Subject, variantSubjects } from "./subjects";

/** Every variant of an environment on Google Cloud, and the project's own stacks. */
export const DEPLOYABLE: readonly Subject[] = [
  ...variantSubjects(VARIANTS, addProviders),
  ...stackSubjects(["gcp-state", "gcp"]),
];

export const READABLE = exampleSubjects("gcp");
