import { Accelerator, EndpointAccess } from "../../lib/core";
import { PLACEHOLDER_SERVER } from "../../lib/core/placeholder";
import { Inference, InferenceProps } from "../../lib/gcp";
import { inference, NETWORK } from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ID } from "./variants";

let endpoint: Inference;
const made = (props: Partial<InferenceProps> = {}): Synthesized =>
  synthesize((stack) => {
    endpoint = inference(stack, props);
  });
const service = (props?: Partial<InferenceProps>): Arguments => made(props).only("google_cloud_run_v2_service");
const template = (props?: Partial<InferenceProps>): Arguments => service(props).template as Arguments;
const container = (props?: Partial<InferenceProps>): Arguments => {
  const [only, ...others] = template(props).containers as Arguments[];
  expect(others).toEqual([]);
  return only;
};
const gpu = { accelerator: Accelerator.L4, imageTag: "v1" };

describe("an endpoint on Cloud Run", () => {
  test("answers before an image was pushed, as healthy, on the same port", () => {
    const waiting = container();
    expect(waiting).toMatchObject({
      image: "docker.io/library/python:3.12-slim",
      command: ["python", "-c", PLACEHOLDER_SERVER],
      ports: { container_port: 8080 },
    });
    expect(waiting).not.toHaveProperty("args");
    expect(PLACEHOLDER_SERVER).not.toContain("${");
  });

  test("runs the image that was pushed with its own entry point", () => {
    const pushed = container({ imageTag: "v1" });
    expect(pushed).toMatchObject({
      image: "us-central1-docker.pkg.dev/acme-vision/ours/vision:v1-cpu",
      args: ["serve"],
    });
    expect(pushed).not.toHaveProperty("command");
    expect(container(gpu).image).toMatch(/:v1-cuda$/);
    expect(container({ image: "ghcr.io/us/vision:v1" }).image).toBe("ghcr.io/us/vision:v1");
  });

  test("is held back until a model is loaded, for four minutes, and on GPU for ten", () => {
    const probes = ({ startup_probe, liveness_probe }: Arguments): unknown => [startup_probe, liveness_probe];
    const probe = (path: string, period_seconds: number, failure_threshold: number): object => ({
      http_get: { path, port: 8080 },
      period_seconds,
      timeout_seconds: 3,
      failure_threshold,
    });
    expect(probes(container())).toEqual([probe("/ready", 5, 48), probe("/health", 30, 3)]);
    expect(probes(container(gpu))).toEqual([probe("/ready", 5, 120), probe("/health", 30, 3)]);
  });

  test("goes to zero on CPU and on GPU, and stays within what a new project may have", () => {
    const scaling = (props: Partial<InferenceProps>): unknown => template(props).scaling;
    const from = (min_instance_count: number, max_instance_count: number): object => ({
      min_instance_count,
      max_instance_count,
    });
    expect(scaling({})).toEqual(from(0, 4));
    expect(scaling({ minReplicas: 6 })).toEqual(from(6, 6));
    expect(scaling({ accelerator: Accelerator.L4 })).toEqual(from(0, 2));
    expect(scaling({ accelerator: Accelerator.L4, minReplicas: 3 })).toEqual(from(3, 3));
    expect(scaling({ accelerator: Accelerator.RTX_PRO_6000 })).toEqual(from(0, 1));
    expect(scaling({ privateNetwork: true })).toEqual(from(1, 4));
    expect([endpoint.minReplicas, endpoint.maxReplicas]).toEqual([1, 4]);
  });

  test("has one GPU a replica, with CPU that is always on and no reserve in another zone", () => {
    expect(template(gpu)).toMatchObject({
      node_selector: { accelerator: "nvidia-l4" },
      gpu_zonal_redundancy_disabled: true,
    });
    expect(container(gpu).resources).toEqual({
      limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" },
      cpu_idle: false,
      startup_cpu_boost: true,
    });
    expect(container({ accelerator: Accelerator.gpu(48) }).resources).toMatchObject({
      limits: { cpu: "20", memory: "80Gi", "nvidia.com/gpu": "1" },
    });
    expect(endpoint.machine).toEqual({
      type: "Cloud Run with RTX PRO 6000",
      vcpus: 20,
      memoryGib: 80,
      accelerator: "RTX_PRO_6000",
      acceleratorCount: 1,
      acceleratorMemoryGib: 96,
    });
  });

  test("has none of that on CPU, which rests between requests", () => {
    expect(template()).not.toHaveProperty("node_selector");
    expect(template()).not.toHaveProperty("gpu_zonal_redundancy_disabled");
    expect(container().resources).toEqual({
      limits: { cpu: "2", memory: "4Gi" },
      cpu_idle: true,
      startup_cpu_boost: true,
    });
  });

  test("is told what it needs to know, and the bearer key by reference alone", () => {
    const variables = (props?: Partial<InferenceProps>): object =>
      Object.fromEntries(
        (container(props).env as Arguments[]).map(({ name, value, value_source }) => [name, value ?? value_source]),
      );
    const always = {
      ML_CLOUD: "gcp",
      ML_ROLE: "serve",
      ML_MODEL_URI: "gs://our-models/models/flowers/",
      ML_CPU_THREADS: "2",
    };
    const key = {
      secret_key_ref: {
        secret: "${google_secret_manager_secret.inference_key.secret_id}",
        version: "${google_secret_manager_secret_version.inference_key-version.version}",
      },
    };
    expect(variables()).toEqual({ ...always, ML_API_KEY: key });
    expect(variables({ access: EndpointAccess.open(), modelVersion: "r1", environment: { ML_TOP_K: "3" } })).toEqual({
      ...always,
      ML_MODEL_VERSION: "r1",
      ML_TOP_K: "3",
    });
    expect(variables(gpu)).toEqual({ ...always, ML_CPU_THREADS: "4", ML_DEVICE: "cuda", ML_API_KEY: key });
  });

  test("lets in everybody who has the key, or whoever is named besides", () => {
    expect(service()).toMatchObject({ ingress: "INGRESS_TRAFFIC_ALL", invoker_iam_disabled: true });
    const named = made({ invokers: ["domain:example.com", "user:a@example.com"] });
    expect(named.only("google_cloud_run_v2_service").invoker_iam_disabled).toBe(false);
    expect(Object.values(named.each("google_cloud_run_v2_service_iam_member", "member")).sort()).toEqual([
      "domain:example.com",
      "user:a@example.com",
    ]);
  });

  test("is reached from inside alone when it is private, with a network or without", () => {
    const privately = { access: EndpointAccess.privateOnly() };
    expect(service(privately)).toMatchObject({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
    expect(template(privately)).not.toHaveProperty("vpc_access");
    expect(template({ ...privately, network: NETWORK }).vpc_access).toEqual({
      egress: "ALL_TRAFFIC",
      network_interfaces: [{ network: NETWORK.networkId, subnetwork: NETWORK.subnetworkId }],
    });
  });

  test("follows the newest revision, whoever deployed last", () => {
    expect(service()).toMatchObject({
      traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
      lifecycle: { ignore_changes: ["client", "client_version"] },
    });
    expect(template()).not.toHaveProperty("revision");
  });

  test("starts only with every right that it needs", () => {
    expect(service().depends_on).toEqual([
      "google_service_account_iam_member.inference_run-runs-as-serve",
      "google_storage_bucket_iam_member.inference_models",
      "google_secret_manager_secret_iam_member.inference_key-reader",
    ]);
  });
});

describe("the bearer key on Google Cloud", () => {
  test("is 64 characters that Terraform makes once, in one region, under the environment's key", () => {
    const synthesized = made();
    expect(synthesized.only("google_secret_manager_secret")).toEqual({
      project: "acme-vision",
      secret_id: "flowers-api-key",
      depends_on: [],
      deletion_protection: true,
      replication: {
        user_managed: {
          replicas: [{ location: "us-central1", customer_managed_encryption: { kms_key_name: KEY_ID } }],
        },
      },
    });
    expect(synthesized.only("google_secret_manager_secret_version")).toEqual({
      secret: "${google_secret_manager_secret.inference_key.id}",
      secret_data: '${replace(join("", [uuid(), uuid()]), "-", "")}',
      lifecycle: { ignore_changes: ["secret_data"] },
    });
  });

  test("needs an image from somewhere", () => {
    expect(() => made({ imageTag: "v1", registry: undefined })).toThrow(
      'imageTag must be used together with a registry, got "v1"; pass registry, or name the whole image with image',
    );
  });
});
