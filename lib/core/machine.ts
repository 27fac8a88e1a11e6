/** A machine that a part of an environment runs on: one row of a cloud's catalogue. */
export interface Machine {
  /** The cloud's own name for it, for example `g6.xlarge`. */
  readonly type: string;
  /** Number of vCPUs. */
  readonly vcpus: number;
  /** Memory in GiB. */
  readonly memoryGib: number;
  /** Name of the accelerator, as in `Accelerator`. Unset: none. */
  readonly accelerator?: string;
  /** Number of accelerators. */
  readonly acceleratorCount: number;
  /** Nominal memory of one accelerator in GiB; 0 without one. */
  readonly acceleratorMemoryGib: number;
  /** List price in USD an hour, on demand, in the cloud's reference region. Unset: not known. */
  readonly usdPerHour?: number;
}
