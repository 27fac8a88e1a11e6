import { Token } from "cdktf";
import { Accelerator } from "./accelerator";
import { atLeast } from "./arithmetic";
import { EndpointAccess } from "./endpoint-access";
import { InferenceProps } from "./environment-props";
import { minAboveMax, mustBe } from "./errors";
import { checkInteger, checkPattern, checkUnset } from "./validation";
import { checkVariables } from "./workload-contract";

/** `InferenceProps` with every default filled in and every range checked, once for all clouds. */
export interface InferenceSettings {
  /** Unset when only `machineType` was given: the machine decides. */
  readonly accelerator?: Accelerator;
  readonly acceleratorsPerReplica?: number;
  readonly machineType?: string;
  readonly hasGpu: boolean;
  readonly vcpus: number;
  /** Unset: the cloud's default, 4 where it can have them. */
  readonly memoryGib?: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly concurrency: number;
  readonly access: EndpointAccess;
  readonly modelVersion?: string;
  readonly image?: string;
  readonly environment: { [name: string]: string };
}

/** What a cloud's defaults hang on. */
export interface InferenceLimits {
  readonly privateNetwork: boolean;
  /** Whether a GPU endpoint of the cloud can scale to zero. */
  readonly gpuToZero: boolean;
}

export function inferenceSettings(props: InferenceProps, limits: InferenceLimits): InferenceSettings {
  const accelerator = props.accelerator ?? (props.machineType === undefined ? Accelerator.NONE : undefined);
  if (accelerator?.kind === "tpu") {
    throw mustBe(
      "inference.accelerator",
      "a GPU or Accelerator.NONE",
      accelerator.name,
      "no cloud here serves from TPUs; train on them",
    );
  }
  const hasGpu = accelerator?.kind !== "none";
  const access = props.access ?? (limits.privateNetwork ? EndpointAccess.privateOnly() : EndpointAccess.apiKey());
  const alwaysOn = access.kind === "privateOnly" || (hasGpu && !limits.gpuToZero);
  const minReplicas = props.minReplicas ?? (alwaysOn ? 1 : 0);
  const maxReplicas = props.maxReplicas ?? atLeast(4, minReplicas);

  checkInteger("inference.minReplicas", minReplicas, { min: 0, max: 5000, fix: "0 costs nothing at rest" });
  checkInteger("inference.maxReplicas", maxReplicas, { min: 1, max: 5000, fix: "give a count of 1 or more" });
  checkInteger("inference.concurrency", props.concurrency, {
    min: 1,
    max: 1000,
    fix: "give requests in flight per replica",
  });
  checkInteger("inference.acceleratorsPerReplica", props.acceleratorsPerReplica, {
    min: 1,
    max: 16,
    fix: "give a count of 1 or more",
  });
  const known = !Token.isUnresolved(minReplicas) && !Token.isUnresolved(maxReplicas);
  if (known && minReplicas > maxReplicas) throw minAboveMax(minReplicas, maxReplicas);
  checkPattern(
    "inference.modelVersion",
    props.modelVersion,
    /^[A-Za-z0-9._-]{1,128}$/,
    "a run id: 1 to 128 letters, digits, dots, hyphens and underscores",
    "use the name of a folder below modelsUri",
  );
  checkVariables("inference.environment", props.environment, "serve");
  if (hasGpu) {
    const fix = "a GPU replica gets all of its machine; choose that with inference.machineType";
    checkUnset("inference.vcpus", props.vcpus, "on a GPU endpoint", fix);
    checkUnset("inference.memoryGib", props.memoryGib, "on a GPU endpoint", fix);
  } else {
    const fix = "replicas on CPU are sized by inference.vcpus and memoryGib";
    checkUnset("inference.machineType", props.machineType, "with Accelerator.NONE", fix);
    checkUnset("inference.acceleratorsPerReplica", props.acceleratorsPerReplica, "with Accelerator.NONE", fix);
  }

  return {
    accelerator,
    acceleratorsPerReplica: props.acceleratorsPerReplica,
    machineType: props.machineType,
    hasGpu,
    vcpus: props.vcpus ?? 2,
    memoryGib: props.memoryGib,
    minReplicas,
    maxReplicas,
    concurrency: props.concurrency ?? 8,
    access,
    modelVersion: props.modelVersion,
    image: props.image,
    environment: props.environment ?? {},
  };
}
