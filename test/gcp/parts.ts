import { TerraformStack } from "cdktf";
import * as gcp from "../../lib/gcp";
import { KEY_ID } from "./variants";

export const NAMED = {
  name: "flowers",
  project: "acme-vision",
  projectNumber: "123456789012",
  region: "us-central1",
} as const;

export const KEY = gcp.Encryption.fromKeyId(KEY_ID);

export const NETWORK = gcp.Network.fromSubnetwork(
  "projects/acme-vision/global/networks/ours",
  "projects/acme-vision/regions/us-central1/subnetworks/ours",
);

export const BUCKETS = gcp.Storage.fromBuckets("our-datasets", "our-models");

export const REPOSITORY = gcp.Registry.fromRepository("us-central1-docker.pkg.dev/acme-vision/ours/vision");

/** A training whose key, buckets and repository are all brought along. */
export function training(stack: TerraformStack, props: Partial<gcp.TrainingProps> = {}): gcp.Training {
  const brought = { encryption: KEY, storage: BUCKETS, registry: REPOSITORY };
  return new gcp.Training(stack, "training", { ...NAMED, ...brought, ...props });
}

/** An endpoint whose key, buckets and repository are all brought along. */
export function inference(stack: TerraformStack, props: Partial<gcp.InferenceProps> = {}): gcp.Inference {
  const brought = { encryption: KEY, storage: BUCKETS, registry: REPOSITORY };
  return new gcp.Inference(stack, "inference", { ...NAMED, ...brought, ...props });
}
