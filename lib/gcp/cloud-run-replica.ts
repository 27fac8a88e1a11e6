import { Token } from "cdktf";
import { mustBe, ownedVariable } from "../core/errors";
import { InferenceSettings } from "../core/inference-settings";
import { Machine } from "../core/machine";
import { checkInteger, checkNumber, checkOneOf, checkUnset } from "../core/validation";
import { checkMembers } from "./checks";
import { CLOUD_RUN_GPUS, CloudRunGpu } from "./machines";

/** What a user asked of a replica. */
export interface ReplicaProps {
  readonly region: string;
  readonly vcpus?: number;
  readonly memoryGib?: number;
  readonly invokers?: string[];
}

/** One replica: as much CPU and memory as was asked for, and the smallest GPU that is enough. */
export function replicaMachine(
  settings: InferenceSettings,
  props: ReplicaProps,
): { machine: Machine; gpu?: CloudRunGpu } {
  const fix = "Cloud Run has no machines; ask for the accelerator";
  checkUnset("inference.machineType", settings.machineType, "on Google Cloud", fix);
  if (!settings.hasGpu) {
    const { vcpus, memoryGib } = settings;
    const size = { vcpus, memoryGib: memoryGib ?? 4 };
    return { machine: { type: "Cloud Run", ...size, acceleratorCount: 0, acceleratorMemoryGib: 0 } };
  }
  const gpu = CLOUD_RUN_GPUS.find((offered) => isEnough(offered, settings));
  if (!gpu) {
    const offered = CLOUD_RUN_GPUS.map(
      ({ accelerator, acceleratorMemoryGib }) => `${accelerator} (${acceleratorMemoryGib} GiB)`,
    );
    const asked = settings.accelerator?.name;
    throw mustBe(
      "inference.accelerator",
      "one that Cloud Run has",
      asked,
      `Cloud Run has ${offered.join(" and ")}, one a replica`,
    );
  }
  const { type, accelerator, acceleratorCount, acceleratorMemoryGib } = gpu;
  const size = { vcpus: props.vcpus ?? gpu.vcpus, memoryGib: props.memoryGib ?? gpu.memoryGib };
  return { machine: { type, ...size, accelerator, acceleratorCount, acceleratorMemoryGib }, gpu };
}

function isEnough(gpu: CloudRunGpu, { accelerator }: InferenceSettings): boolean {
  if (accelerator === undefined) return false;
  const { minMemoryGib, name } = accelerator;
  return minMemoryGib === undefined ? gpu.accelerator === name : gpu.acceleratorMemoryGib >= minMemoryGib;
}

/** What Cloud Run would refuse at the deployment. */
export function checkReplica(
  settings: InferenceSettings,
  machine: Machine,
  gpu: CloudRunGpu | undefined,
  { region, invokers }: ReplicaProps,
): void {
  const { acceleratorsPerReplica, access, environment } = settings;
  checkInteger("inference.maxReplicas", settings.maxReplicas, {
    min: 1,
    max: 100,
    fix: "Cloud Run gives a service no more unless asked",
  });
  if (gpu) {
    checkOneOf(
      "inference.acceleratorsPerReplica",
      acceleratorsPerReplica,
      [1],
      "Cloud Run gives a replica one GPU; add replicas",
    );
    checkGpuSize(machine, gpu, region);
  } else {
    checkCpuSize(machine);
  }
  const reserved = Object.keys(environment).find((name) => RESERVED.includes(name));
  if (reserved !== undefined) throw ownedVariable("inference.environment", reserved, "Cloud Run");
  checkInvokers(invokers ?? [], access.kind);
}

// https://cloud.google.com/run/docs/configuring/services/cpu and .../memory-limits: GiB by vCPU, from and to
const CPU_SIZES = new Map<number, readonly [from: number, to: number]>([
  [1, [0.5, 4]],
  [2, [0.5, 8]],
  [4, [2, 16]],
  [6, [4, 24]],
  [8, [4, 32]],
]);

// https://cloud.google.com/run/docs/container-contract#env-vars
const RESERVED = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

function checkCpuSize({ vcpus, memoryGib }: Machine): void {
  checkOneOf("inference.vcpus", vcpus, [...CPU_SIZES.keys()], "Cloud Run gives a replica these");
  const [min, max] = CPU_SIZES.get(vcpus) ?? [0.5, 32];
  const fix = Token.isUnresolved(vcpus)
    ? "Cloud Run gives a replica this much"
    : `Cloud Run gives this much with ${vcpus} vCPU`;
  checkNumber("inference.memoryGib", memoryGib, { min, max, fix });
}

function checkGpuSize({ vcpus, memoryGib }: Machine, gpu: CloudRunGpu, region: string): void {
  const fix = `Cloud Run wants it beside ${gpu.accelerator}`;
  if (gpu.vcpuChoices) checkOneOf("inference.vcpus", vcpus, gpu.vcpuChoices, fix);
  else checkInteger("inference.vcpus", vcpus, { min: gpu.vcpus, max: 64, fix });
  checkNumber("inference.memoryGib", memoryGib, { min: gpu.memoryGib, max: 256, fix });
  if (gpu.regions && !Token.isUnresolved(region) && !gpu.regions.includes(region)) {
    throw mustBe(
      "region",
      `one in which Cloud Run has ${gpu.accelerator}`,
      region,
      `choose one of ${gpu.regions.join(", ")}`,
    );
  }
}

function checkInvokers(invokers: string[], access: string): void {
  checkMembers("invokers", invokers, "everybody is EndpointAccess.open()");
  if (invokers.length > 0 && access === "open") {
    throw mustBe("invokers", "empty with EndpointAccess.open()", invokers, "everybody may call then");
  }
}
