import { given, type About, type Cloud } from "./about";

const subscription = ({ settings }: About) => given(settings.subscription_id) ?? "00000000-0000-4000-8000-000000000000";

function id(about: About): string {
  const group = given(about.config.resource_group_name) ?? about.label;
  const provider = `providers/Microsoft.Example/${about.kind}/${about.label}`;
  return `/subscriptions/${subscription(about)}/resourceGroups/${group}/${provider}`;
}

export const AZURE: Cloud = {
  region: "eastus",
  rules: [
    [/^subscription_id$/, subscription],
    [/^id$|resource_id$/, id],
  ],
};
