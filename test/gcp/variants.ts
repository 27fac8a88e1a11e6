import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformStack } from "cdktf";
import { Accelerator, EndpointAccess, Purchase, Schedule, TimeProvider, Weekday } from "../../lib/core";
import * as gcp from "../../lib/gcp";

/** A way to use an environment that real Terraform plans and checkov reads. */
export interface Variant {
  readonly name: string;
  readonly add: (stack: TerraformStack) => gcp.Environment;
}

/** The environment of README: everything that is optional is there, nothing is on at rest. */
export const QUICKSTART: gcp.EnvironmentProps = {
  name: "flowers",
  project: "acme-vision",
  projectNumber: "123456789012",
  region: "us-central1",
  retraining: { schedule: Schedule.weekly(Weekday.SUNDAY, 3) },
  budget: { monthlyUsd: 300 },
  billingAccount: "012345-6789AB-CDEF01",
  observability: { alertEmails: ["ml@example.com"] },
};

export const KEY_ID = "projects/acme-vision/locations/us-central1/keyRings/ours/cryptoKeys/ours";
export const RESERVATION = "projects/acme-vision/zones/us-central1-a/reservations/h100";

/** The three providers that a stack with an environment needs. */
export function addProviders(stack: TerraformStack): void {
  const { project, region } = QUICKSTART;
  new GoogleProvider(stack, "google", { project, region, userProjectOverride: true, billingProject: project });
  new gcp.GoogleBetaProvider(stack, "google-beta", { project, region });
  new TimeProvider(stack, "time");
}

const variant = (name: string, props: Partial<gcp.EnvironmentProps>): Variant => ({
  name,
  add: (stack) => new gcp.Environment(stack, "environment", { ...QUICKSTART, ...props }),
});

export const VARIANTS: readonly Variant[] = [
  variant("default", {}),
  variant("with an image", { imageTag: "v1" }),
  variant("always on", { imageTag: "v1", inference: { minReplicas: 1, vcpus: 4, memoryGib: 8 } }),
  variant("gpu endpoint to zero", { imageTag: "v1", inference: { accelerator: Accelerator.L4, concurrency: 32 } }),
  variant("spot", { training: { purchase: Purchase.spot(), accelerator: Accelerator.L4, acceleratorsPerNode: 8 } }),
  variant("reserved and multi-node", {
    imageTag: "v1",
    training: {
      purchase: Purchase.reserved(RESERVATION),
      accelerator: Accelerator.H100,
      acceleratorsPerNode: 8,
      nodes: 2,
      maxConcurrentRuns: 2,
    },
  }),
  variant("flex-start", { imageTag: "v1", flexStart: true, training: { accelerator: Accelerator.A100_40GB } }),
  variant("tpu", { imageTag: "v1", training: { accelerator: Accelerator.TPU_V6E, acceleratorsPerNode: 4 } }),
  variant("small, open and on CPU", {
    training: { accelerator: Accelerator.NONE, environment: { ML_SEED_DATASET: "1" } },
    inference: { access: EndpointAccess.open() },
    retraining: undefined,
    budget: undefined,
    observability: undefined,
    logPredictions: false,
    scanImages: false,
  }),
  variant("private", { imageTag: "v1", privateNetwork: true }),
  variant("private with a public front door", {
    imageTag: "v1",
    privateNetwork: true,
    inference: { access: EndpointAccess.apiKey() },
    invokers: ["group:callers@example.com"],
  }),
  variant("bring your own network, key, buckets and repository", {
    imageTag: "v1",
    privateNetwork: true,
    network: gcp.Network.fromSubnetwork(
      "projects/acme-vision/global/networks/ours",
      "projects/acme-vision/regions/us-central1/subnetworks/ours",
    ),
    encryption: gcp.Encryption.fromKeyId(KEY_ID),
    buckets: gcp.Storage.fromBuckets("our-datasets", "our-models"),
    registry: gcp.Registry.fromRepository("us-central1-docker.pkg.dev/acme-vision/ours/vision"),
  }),
];
