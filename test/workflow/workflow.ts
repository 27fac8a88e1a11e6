import { TerraformStack, Testing } from "cdktf";
import * as gcp from "../../lib/gcp";
import { addProviders, QUICKSTART } from "../gcp/variants";

/** A workflow as Terraform would create it. */
export interface Workflow {
  readonly source: string;
  readonly variables: { readonly [name: string]: string };
}

interface Synthesized {
  readonly resource: {
    readonly google_workflows_workflow: {
      readonly [id: string]: { readonly source_contents: string; readonly user_env_vars: Workflow["variables"] };
    };
  };
}

// What Terraform knows only once the resource is there; ids end in a checksum
const KNOWN: { readonly [reference: string]: string } = {
  "google_service_account.environment_training_train-account.email":
    "flowers-train@acme-vision.iam.gserviceaccount.com",
  "google_kms_crypto_key.environment_encryption.id":
    "projects/acme-vision/locations/us-central1/keyRings/flowers-1234abcd/cryptoKeys/flowers",
  "google_compute_network_attachment.environment_training_attachment.id":
    "projects/acme-vision/regions/us-central1/networkAttachments/flowers-training",
  "google_artifact_registry_repository.environment_registry.repository_id": "flowers",
  "google_storage_bucket.environment_storage_datasets.name": "acme-vision-flowers-datasets",
  "google_storage_bucket.environment_storage_models.name": "acme-vision-flowers-models",
};

/** A text as Terraform reads it: references become values, `$${` and `%%{` lose the mark that keeps them text. */
function evaluated(text: string): string {
  return text.replace(/\$\$\{|%%\{|\$\{([^}]*)\}/g, (found, reference?: string) => {
    if (reference === undefined) return found.slice(1);
    const value = KNOWN[reference.replace(/_[0-9A-F]{8}\./, ".")];
    if (value === undefined) throw new Error(`no value is known of ${reference}`);
    return value;
  });
}

/** The workflow of an environment. */
export function workflowOf(props: Partial<gcp.EnvironmentProps> = {}): Workflow {
  const stack = new TerraformStack(Testing.app(), "stack");
  addProviders(stack);
  new gcp.Environment(stack, "environment", { ...QUICKSTART, imageTag: "v1", ...props });
  const { resource } = JSON.parse(Testing.synth(stack, true)) as Synthesized;
  const [workflow] = Object.values(resource.google_workflows_workflow);
  const variables = Object.entries(workflow.user_env_vars).map(([name, value]) => [name, evaluated(value)]);
  return { source: evaluated(workflow.source_contents), variables: Object.fromEntries(variables) };
}
