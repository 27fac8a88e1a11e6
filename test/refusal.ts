/** What a refused value is answered with: the whole sentence, so that a test can compare it and not a part of it. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return "accepted";
}
