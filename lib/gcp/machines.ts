import { Machine } from "../core/machine";

/** A Vertex AI machine that this library offers. */
export interface GcpMachine extends Machine {
  /** What Vertex AI is told of it. */
  readonly spec: MachineSpec;
  readonly bootDiskType: string;
  /** Not sold on demand: only spot, flex-start or reserved. */
  readonly neverOnDemand: boolean;
}

/** `MachineSpec` of the Vertex AI API. https://cloud.google.com/vertex-ai/docs/reference/rest/v1/MachineSpec */
export interface MachineSpec {
  readonly machineType: string;
  readonly acceleratorType?: string;
  readonly acceleratorCount?: number;
  readonly tpuTopology?: string;
}

const NONE = undefined;
const UNKNOWN = undefined;

type Row = readonly [
  type: string,
  vcpus: number,
  memoryGib: number,
  accelerator: string | undefined,
  count: number,
  acceleratorGib: number,
  /** Vertex AI's name of the GPU, or the topology of the TPU. */
  vertex: string | undefined,
  usdPerHour: number | undefined,
];

// By the list price of the VM on demand in us-central1 (2026-07-30; TPU by chip). Vertex AI bills a SKU of its own, about
// 1.15 times as much (unverified). https://cloud.google.com/compute/vm-instance-pricing, https://cloud.google.com/tpu/pricing,
// https://cloud.google.com/vertex-ai/docs/training/configure-compute
// "+t4" tells an N1 with a GPU from one without; Vertex AI gets the type before it.
const ROWS: readonly Row[] = [
  ["e2-standard-4", 4, 16, NONE, 0, 0, NONE, 0.134],
  ["n2-standard-4", 4, 16, NONE, 0, 0, NONE, 0.194],
  ["n1-standard-8", 8, 30, NONE, 0, 0, NONE, 0.38],
  ["n1-standard-4+t4", 4, 15, "T4", 1, 16, "NVIDIA_TESLA_T4", 0.54],
  ["g2-standard-4", 4, 16, "L4", 1, 24, "NVIDIA_L4", 0.707],
  ["n1-standard-8+t4", 8, 30, "T4", 1, 16, "NVIDIA_TESLA_T4", 0.73],
  ["g2-standard-8", 8, 32, "L4", 1, 24, "NVIDIA_L4", 0.854],
  ["g2-standard-12", 12, 48, "L4", 1, 24, "NVIDIA_L4", 1.0],
  ["g2-standard-16", 16, 64, "L4", 1, 24, "NVIDIA_L4", 1.15],
  ["ct5lp-hightpu-1t", 24, 48, "TPU_V5E", 1, 16, "1x1", 1.2],
  ["g2-standard-24", 24, 96, "L4", 2, 24, "NVIDIA_L4", 2.0],
  ["ct6e-standard-1t", 44, 176, "TPU_V6E", 1, 32, "1x1", 2.7],
  ["a2-highgpu-1g", 12, 85, "A100_40GB", 1, 40, "NVIDIA_TESLA_A100", 3.673],
  ["g2-standard-48", 48, 192, "L4", 4, 24, "NVIDIA_L4", 4.002],
  ["g4-standard-48", 48, 180, "RTX_PRO_6000", 1, 96, "NVIDIA_RTX_PRO_6000", 4.5],
  ["ct5lp-hightpu-4t", 112, 192, "TPU_V5E", 4, 16, "2x2", 4.8],
  ["a2-ultragpu-1g", 12, 170, "A100_80GB", 1, 80, "NVIDIA_A100_80GB", 5.069],
  ["a2-highgpu-2g", 24, 170, "A100_40GB", 2, 40, "NVIDIA_TESLA_A100", 7.35],
  ["g2-standard-96", 96, 384, "L4", 8, 24, "NVIDIA_L4", 8.0],
  ["ct5lp-hightpu-8t", 224, 384, "TPU_V5E", 8, 16, "2x4", 9.6],
  ["a2-ultragpu-2g", 24, 340, "A100_80GB", 2, 80, "NVIDIA_A100_80GB", 10.14],
  ["ct6e-standard-4t", 180, 720, "TPU_V6E", 4, 32, "2x2", 10.8],
  ["a3-highgpu-1g", 26, 234, "H100", 1, 80, "NVIDIA_H100_80GB", 11.061],
  ["a2-highgpu-4g", 48, 340, "A100_40GB", 4, 40, "NVIDIA_TESLA_A100", 14.69],
  ["a2-ultragpu-4g", 48, 680, "A100_80GB", 4, 80, "NVIDIA_A100_80GB", 20.28],
  ["ct6e-standard-8t", 180, 1440, "TPU_V6E", 8, 32, "2x4", 21.6],
  ["a3-highgpu-2g", 52, 468, "H100", 2, 80, "NVIDIA_H100_80GB", 22.12],
  ["a2-highgpu-8g", 96, 680, "A100_40GB", 8, 40, "NVIDIA_TESLA_A100", 29.387],
  ["a2-ultragpu-8g", 96, 1360, "A100_80GB", 8, 80, "NVIDIA_A100_80GB", 40.55],
  ["a3-highgpu-4g", 104, 936, "H100", 4, 80, "NVIDIA_H100_80GB", 44.25],
  ["a3-highgpu-8g", 208, 1872, "H100", 8, 80, "NVIDIA_H100_80GB", 88.49],
  ["a3-megagpu-8g", 208, 1872, "H100", 8, 80, "NVIDIA_H100_MEGA_80GB", 92.94],
  ["a3-ultragpu-8g", 224, 2952, "H200", 8, 141, "NVIDIA_H200_141GB", UNKNOWN],
  ["a4-highgpu-8g", 224, 3968, "B200", 8, 180, "NVIDIA_B200", UNKNOWN],
];

/** Every machine, cheapest first; those without a known price last. */
export const MACHINES: readonly GcpMachine[] = ROWS.map(
  ([type, vcpus, memoryGib, accelerator, acceleratorCount, acceleratorMemoryGib, vertex, usdPerHour]) => ({
    type,
    vcpus,
    memoryGib,
    accelerator,
    acceleratorCount,
    acceleratorMemoryGib,
    usdPerHour,
    spec: machineSpec(type.replace(/\+.*/, ""), accelerator, acceleratorCount, vertex),
    bootDiskType: /^(a3-ultragpu|a4-|ct6e-)/.test(type) ? "hyperdisk-balanced" : "pd-ssd",
    neverOnDemand: /^a3-highgpu-[124]g$/.test(type),
  }),
);

function machineSpec(
  machineType: string,
  accelerator: string | undefined,
  count: number,
  vertex?: string,
): MachineSpec {
  if (accelerator === undefined) return { machineType };
  if (accelerator.startsWith("TPU_")) return { machineType, tpuTopology: vertex };
  return { machineType, acceleratorType: vertex, acceleratorCount: count };
}

/** A GPU that Cloud Run gives a replica, with the least CPU and memory that go with it. */
export interface CloudRunGpu extends Machine {
  readonly accelerator: string;
  /** Cloud Run's name of it. */
  readonly nodeSelector: string;
  /** The only numbers of vCPUs that go with it; unset: any from `vcpus`. */
  readonly vcpuChoices?: readonly number[];
  /** The only regions that have it; unset: not known. */
  readonly regions?: readonly string[];
  /** Replicas that a new project may have. */
  readonly newProjectReplicas: number;
}

// Smallest first. No price: Cloud Run bills CPU, memory and GPU by the second.
// https://cloud.google.com/run/docs/configuring/services/gpu
export const CLOUD_RUN_GPUS: readonly CloudRunGpu[] = [
  {
    type: "Cloud Run with L4",
    vcpus: 4,
    memoryGib: 16,
    accelerator: "L4",
    acceleratorCount: 1,
    acceleratorMemoryGib: 24,
    nodeSelector: "nvidia-l4",
    vcpuChoices: [4, 8],
    // asia-south1 by invitation
    regions: ["us-central1", "us-east4", "europe-west1", "europe-west4", "asia-southeast1", "asia-south1"],
    newProjectReplicas: 3,
  },
  {
    type: "Cloud Run with RTX PRO 6000",
    vcpus: 20,
    memoryGib: 80,
    accelerator: "RTX_PRO_6000",
    acceleratorCount: 1,
    acceleratorMemoryGib: 96,
    nodeSelector: "nvidia-rtx-pro-6000",
    newProjectReplicas: 1,
  },
];
