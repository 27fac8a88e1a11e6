import { VARIANTS } from "../aws/variants";
import { addProvider } from "../emulated/aws";
import { exampleSubjects, stackSubjects, type Subject, variantSubjects } from "./subjects";

export type { Subject };

/** Every variant of an environment on AWS, and the project's own stacks. */
export const DEPLOYABLE: readonly Subject[] = [
  ...variantSubjects(VARIANTS, addProvider),
  ...stackSubjects(["aws-state", "aws"]),
];

export const READABLE = exampleSubjects("aws");
