import { TerraformStack, Testing } from "cdktf";

/** What a refused value is answered with: the whole sentence, so that a test can compare it and not a part of it. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return "accepted";
}

/** What a part that cannot be made answers: the whole sentence, or `accepted`. */
export function refusedPart(make: (stack: TerraformStack) => unknown): string {
  return refusal(() => make(new TerraformStack(Testing.app(), "test")));
}
