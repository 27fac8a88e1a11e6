/** What cdktf is told of a provider that has no package here. */
export const GOOGLE_BETA = {
  providerName: "google-beta",
  providerVersion: "6.50.0",
  providerVersionConstraint: "~> 6.50",
};
