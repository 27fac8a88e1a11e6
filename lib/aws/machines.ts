import { Machine } from "../core/machine";

/** An EC2 instance type that this library offers. */
export interface AwsMachine extends Machine {
  /** The vCPU quota that it counts against: a key of `QUOTAS`. */
  readonly quota: QuotaFamily;
}

export type QuotaFamily = "Std" | "G" | "P" | "P5";

/** EC2 vCPU quotas by family. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
export const QUOTAS: Readonly<Record<QuotaFamily, { onDemand: string; spot: string; newAccount: number }>> = {
  Std: { onDemand: "L-1216C47A", spot: "L-34B43A08", newAccount: 5 },
  G: { onDemand: "L-DB2E81BA", spot: "L-3819A6DF", newAccount: 0 },
  P: { onDemand: "L-417A185B", spot: "L-7212CCBC", newAccount: 0 },
  P5: { onDemand: "L-417A185B", spot: "L-C4BD4855", newAccount: 0 },
};

const NONE = undefined;
const UNKNOWN = undefined;

type Row = readonly [
  type: string,
  vcpus: number,
  memoryGib: number,
  accelerator: string | undefined,
  count: number,
  acceleratorGib: number,
  usdPerHour: number | undefined,
  quota: QuotaFamily,
];

// Linux, on demand, us-east-1, list of 2026-01-19; those checked again on 2026-07-20 had not changed. By price.
// https://aws.amazon.com/ec2/pricing/on-demand/ and https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html
// GiB of an accelerator is its nominal memory: the API reports 22.4 for 24 and 44.7 for 48.
// Left out: g6f (fractions of a GPU), trn and inf (need Neuron images), p3 and g3 (no kernels in current PyTorch), arm64.
const ROWS: readonly Row[] = [
  ["c7i.large", 2, 4, NONE, 0, 0, 0.08925, "Std"],
  ["c7i.xlarge", 4, 8, NONE, 0, 0, 0.1785, "Std"],
  ["c7i.2xlarge", 8, 16, NONE, 0, 0, 0.357, "Std"],
  ["c7i.4xlarge", 16, 32, NONE, 0, 0, 0.714, "Std"],
  ["c7i.8xlarge", 32, 64, NONE, 0, 0, 1.428, "Std"],
  ["g4dn.xlarge", 4, 16, "T4", 1, 16, 0.526, "G"],
  ["g4dn.2xlarge", 8, 32, "T4", 1, 16, 0.752, "G"],
  ["g6.xlarge", 4, 16, "L4", 1, 24, 0.8048, "G"],
  ["g6.2xlarge", 8, 32, "L4", 1, 24, 0.9776, "G"],
  ["g5.xlarge", 4, 16, "A10G", 1, 24, 1.006, "G"],
  ["g4dn.4xlarge", 16, 64, "T4", 1, 16, 1.204, "G"],
  ["g5.2xlarge", 8, 32, "A10G", 1, 24, 1.212, "G"],
  ["g6.4xlarge", 16, 64, "L4", 1, 24, 1.3232, "G"],
  ["gr6.4xlarge", 16, 128, "L4", 1, 24, 1.5392, "G"],
  ["g5.4xlarge", 16, 64, "A10G", 1, 24, 1.624, "G"],
  ["g6e.xlarge", 4, 32, "L40S", 1, 48, 1.861, "G"],
  ["g6.8xlarge", 32, 128, "L4", 1, 24, 2.0144, "G"],
  ["g4dn.8xlarge", 32, 128, "T4", 1, 16, 2.176, "G"],
  ["g6e.2xlarge", 8, 64, "L40S", 1, 48, 2.24208, "G"],
  ["gr6.8xlarge", 32, 256, "L4", 1, 24, 2.4464, "G"],
  ["g5.8xlarge", 32, 128, "A10G", 1, 24, 2.448, "G"],
  ["g6e.4xlarge", 16, 128, "L40S", 1, 48, 3.00424, "G"],
  ["g6.16xlarge", 64, 256, "L4", 1, 24, 3.3968, "G"],
  ["g4dn.12xlarge", 48, 192, "T4", 4, 16, 3.912, "G"],
  ["g5.16xlarge", 64, 256, "A10G", 1, 24, 4.096, "G"],
  ["g4dn.16xlarge", 64, 256, "T4", 1, 16, 4.352, "G"],
  ["g6e.8xlarge", 32, 256, "L40S", 1, 48, 4.52856, "G"],
  ["g6.12xlarge", 48, 192, "L4", 4, 24, 4.6016, "G"],
  ["g5.12xlarge", 48, 192, "A10G", 4, 24, 5.672, "G"],
  ["g6.24xlarge", 96, 384, "L4", 4, 24, 6.6752, "G"],
  ["p5.4xlarge", 16, 256, "H100", 1, 80, 6.88, "P5"],
  ["g6e.16xlarge", 64, 512, "L40S", 1, 48, 7.57719, "G"],
  ["g4dn.metal", 96, 384, "T4", 8, 16, 7.824, "G"],
  ["g5.24xlarge", 96, 384, "A10G", 4, 24, 8.144, "G"],
  ["g6e.12xlarge", 48, 384, "L40S", 4, 48, 10.49264, "G"],
  ["g6.48xlarge", 192, 768, "L4", 8, 24, 13.3504, "G"],
  ["g6e.24xlarge", 96, 768, "L40S", 4, 48, 15.06559, "G"],
  ["g5.48xlarge", 192, 768, "A10G", 8, 24, 16.288, "G"],
  ["p4d.24xlarge", 96, 1152, "A100_40GB", 8, 40, 21.957642, "P"],
  ["p4de.24xlarge", 96, 1152, "A100_80GB", 8, 80, 27.44705, "P"],
  ["g6e.48xlarge", 192, 1536, "L40S", 8, 48, 30.13118, "G"],
  ["p5.48xlarge", 192, 2048, "H100", 8, 80, 55.04, "P5"],
  ["p5en.48xlarge", 192, 2048, "H200", 8, 141, 63.296, "P5"],
  ["p6-b200.48xlarge", 192, 2048, "B200", 8, 179, 113.9328, "P"],
  ["g7e.2xlarge", 8, 64, "RTX_PRO_6000", 1, 96, UNKNOWN, "G"],
  ["g7e.4xlarge", 16, 128, "RTX_PRO_6000", 1, 96, UNKNOWN, "G"],
  ["g7e.8xlarge", 32, 256, "RTX_PRO_6000", 1, 96, UNKNOWN, "G"],
  ["g7e.12xlarge", 48, 512, "RTX_PRO_6000", 2, 96, UNKNOWN, "G"],
  ["g7e.24xlarge", 96, 1024, "RTX_PRO_6000", 4, 96, UNKNOWN, "G"],
  ["g7e.48xlarge", 192, 2048, "RTX_PRO_6000", 8, 96, UNKNOWN, "G"],
  ["p5e.48xlarge", 192, 2048, "H200", 8, 141, UNKNOWN, "P5"],
  ["p6-b300.48xlarge", 192, 4096, "B300", 8, 268, UNKNOWN, "P"],
];

/** Every machine, cheapest first; those without a known price last. */
export const MACHINES: readonly AwsMachine[] = ROWS.map(
  ([type, vcpus, memoryGib, accelerator, acceleratorCount, acceleratorMemoryGib, usdPerHour, quota]) => ({
    type,
    vcpus,
    memoryGib,
    accelerator,
    acceleratorCount,
    acceleratorMemoryGib,
    usdPerHour,
    quota,
  }),
);
