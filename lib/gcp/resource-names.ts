import { NameRule } from "../core/resource-names";

// https://cloud.google.com/storage/docs/buckets#naming: 3 to 63; "google" in them is refused with the project or the name.
export const BUCKET: NameRule = { kind: "Cloud Storage bucket", maxLength: 63 };

// https://cloud.google.com/iam/docs/service-accounts-create: 6 to 30
export const SERVICE_ACCOUNT: NameRule = { kind: "service account", maxLength: 30 };

// https://cloud.google.com/workflows/quotas
export const WORKFLOW: NameRule = { kind: "workflow", maxLength: 64 };

// https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
export const CLOUD_RUN_SERVICE: NameRule = { kind: "Cloud Run service", maxLength: 49 };

// https://cloud.google.com/artifact-registry/docs/repositories/create-repos
export const REPOSITORY: NameRule = { kind: "Artifact Registry repository", maxLength: 63 };
