// https://cloud.google.com/iam/docs/service-agents
export const AGENTS: { readonly [service: string]: string } = {
  aiplatform: "gcp-sa-aiplatform",
  artifactregistry: "gcp-sa-artifactregistry",
  run: "serverless-robot-prod",
  secretmanager: "gcp-sa-secretmanager",
  workflows: "gcp-sa-workflows",
};

/**
 * The agent of a service, as a member of IAM.
 *
 * Built from the number: what the provider says of it may be empty.
 */
export function agentMember(service: string, projectNumber: string): string {
  return `serviceAccount:service-${projectNumber}@${AGENTS[service]}.iam.gserviceaccount.com`;
}
