import { EndpointAccess } from "../../lib/core";
import { Encryption, Environment, Inference, Observability, ProjectServices, Registry, Storage } from "../../lib/gcp";
import { inference, KEY, NAMED, training } from "./parts";
import { differences, Synthesized, synthesize } from "./synthesized";
import { QUICKSTART } from "./variants";

const environment = (deletionProtection: boolean | undefined, privateNetwork: boolean): Synthesized =>
  synthesize((stack) => {
    const inference = { access: EndpointAccess.apiKey() };
    new Environment(stack, "environment", {
      ...QUICKSTART,
      imageTag: "v1",
      deletionProtection,
      privateNetwork,
      inference,
    });
  });

// None of these forces a replacement: each is Terraform's own, or is updated in place.
const SWITCHED = [
  "google_artifact_registry_repository.environment_registry.lifecycle.prevent_destroy: true -> false",
  "google_bigquery_dataset.environment_observability_predictions.delete_contents_on_destroy: false -> true",
  "google_cloud_run_v2_service.environment_inference.deletion_protection: true -> false",
  "google_kms_crypto_key.environment_encryption.lifecycle.prevent_destroy: true -> false",
  "google_secret_manager_secret.environment_inference_key.deletion_protection: true -> false",
  "google_storage_bucket.environment_storage_datasets.force_destroy: false -> true",
  "google_storage_bucket.environment_storage_models.force_destroy: false -> true",
  "google_workflows_workflow.environment_training.deletion_protection: true -> false",
];

describe("deletionProtection on Google Cloud", () => {
  test.each([false, true])(
    "is on by default, and switched off changes these arguments and no other: privateNetwork %p",
    (privateNetwork) => {
      const on = environment(true, privateNetwork);
      expect(on.text).toBe(environment(undefined, privateNetwork).text);
      expect(differences(on, environment(false, privateNetwork))).toEqual(SWITCHED);
    },
  );

  test("leaves the days for which a destroyed key can be brought back alone: another number is another key", () => {
    for (const on of [true, false]) {
      const key = environment(on, false).only("google_kms_crypto_key");
      expect(key.destroy_scheduled_duration).toBe("2592000s");
    }
  });

  test.each([
    { deletionProtection: undefined, on: true },
    { deletionProtection: true, on: true },
    { deletionProtection: false, on: false },
  ])("holds for each part alone: $deletionProtection", ({ deletionProtection, on }) => {
    const parts = synthesize((stack) => {
      const services = new ProjectServices(stack, "services", NAMED);
      new Encryption(stack, "encryption", { ...NAMED, services, deletionProtection });
      new Storage(stack, "storage", { ...NAMED, encryption: KEY, deletionProtection });
      new Registry(stack, "registry", { ...NAMED, encryption: KEY, deletionProtection });
      training(stack, { deletionProtection });
      const endpoint: Inference = inference(stack, { deletionProtection });
      const watched = { encryption: KEY, inference: endpoint, deletionProtection };
      new Observability(stack, "observability", { ...NAMED, ...watched });
    });
    expect([
      parts.only("google_kms_crypto_key").lifecycle,
      parts.only("google_artifact_registry_repository").lifecycle,
      parts.only("google_workflows_workflow").deletion_protection,
      parts.only("google_cloud_run_v2_service").deletion_protection,
      parts.only("google_secret_manager_secret").deletion_protection,
      Object.values(parts.each("google_storage_bucket", "force_destroy")),
      parts.only("google_bigquery_dataset").delete_contents_on_destroy,
    ]).toEqual([{ prevent_destroy: on }, { prevent_destroy: on }, on, on, on, [!on, !on], !on]);
  });
});
