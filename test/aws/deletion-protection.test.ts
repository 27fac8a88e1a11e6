import { Encryption, Environment, Inference, Registry, Storage } from "../../lib/aws";
import { Accelerator } from "../../lib/core";
import { BUCKETS, KEY, NAMED, NETWORK } from "./parts";
import { leaves, Synthesized, synthesize } from "./synthesized";
import { QUICKSTART } from "./variants";

/** Arguments in which two synths differ, as `resource argument: before -> after`. */
function differences(before: Synthesized, after: Synthesized): string[] {
  const lines = (synthesized: Synthesized): Map<string, string> =>
    new Map(leaves({ ...synthesized.resources }).map(([path, value]) => [path, String(value)]));
  const [old, now] = [lines(before), lines(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => `${path}: ${old.get(path)} -> ${now.get(path)}`)
    .sort();
}

const environment = (
  deletionProtection: boolean | undefined,
  minReplicas: number,
  accelerator: Accelerator,
): Synthesized =>
  synthesize(
    (stack) =>
      new Environment(stack, "environment", {
        ...QUICKSTART,
        imageTag: "v1",
        deletionProtection,
        inference: { minReplicas, accelerator },
      }),
  );

const ALWAYS = [
  "aws_ecr_repository.environment_registry.force_delete: false -> true",
  "aws_kms_key.environment_encryption.deletion_window_in_days: 30 -> 7",
  "aws_s3_bucket.environment_storage_datasets.force_destroy: false -> true",
  "aws_s3_bucket.environment_storage_logs.force_destroy: false -> true",
  "aws_s3_bucket.environment_storage_models.force_destroy: false -> true",
  "aws_secretsmanager_secret.environment_inference_key.recovery_window_in_days: 30 -> 0",
];
const BALANCER = ["aws_lb.environment_inference_service_load-balancer.enable_deletion_protection: true -> false"];

describe("deletionProtection on AWS", () => {
  test.each([
    { kind: "lambda", minReplicas: 0, accelerator: Accelerator.NONE, expected: ALWAYS },
    { kind: "fargate", minReplicas: 1, accelerator: Accelerator.NONE, expected: [...ALWAYS, ...BALANCER] },
    { kind: "gpu", minReplicas: 1, accelerator: Accelerator.T4, expected: [...ALWAYS, ...BALANCER] },
  ])(
    "is on by default, and switched off changes these arguments and no other: $kind",
    ({ minReplicas, accelerator, expected }) => {
      const unset = environment(undefined, minReplicas, accelerator);
      const on = environment(true, minReplicas, accelerator);
      expect(on.text).toBe(unset.text);
      expect(differences(on, environment(false, minReplicas, accelerator))).toEqual([...expected].sort());
    },
  );

  test.each([
    { deletionProtection: undefined, protectedBy: [30, [false, false, false], false, true, 30] },
    { deletionProtection: true, protectedBy: [30, [false, false, false], false, true, 30] },
    { deletionProtection: false, protectedBy: [7, [true, true, true], true, false, 0] },
  ])("holds for each part alone: $deletionProtection", ({ deletionProtection, protectedBy }) => {
    const parts = synthesize((stack) => {
      new Encryption(stack, "encryption", { ...NAMED, deletionProtection });
      new Storage(stack, "storage", { ...NAMED, encryption: KEY, deletionProtection });
      new Registry(stack, "registry", { name: "flowers", encryption: KEY, deletionProtection });
      const brought = { network: NETWORK, storage: BUCKETS, encryption: KEY };
      new Inference(stack, "inference", { ...NAMED, ...brought, minReplicas: 1, deletionProtection });
    });
    expect([
      parts.only("aws_kms_key").deletion_window_in_days,
      Object.values(parts.each("aws_s3_bucket", "force_destroy")),
      parts.only("aws_ecr_repository").force_delete,
      parts.only("aws_lb").enable_deletion_protection,
      parts.only("aws_secretsmanager_secret").recovery_window_in_days,
    ]).toEqual(protectedBy);
  });
});
