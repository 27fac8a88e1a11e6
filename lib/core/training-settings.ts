import { Accelerator } from "./accelerator";
import { TrainingProps } from "./environment-props";
import { Purchase } from "./purchase";
import { checkInteger, checkNumber } from "./validation";
import { checkVariables } from "./workload-contract";

/** `TrainingProps` with every default filled in and every range checked, once for all clouds. */
export interface TrainingSettings {
  /** Unset when only `machineType` was given: the machine decides. */
  readonly accelerator?: Accelerator;
  readonly acceleratorsPerNode?: number;
  readonly machineType?: string;
  readonly nodes: number;
  readonly maxConcurrentRuns: number;
  readonly purchase: Purchase;
  readonly maxRunHours: number;
  readonly scratchGib: number;
  readonly image?: string;
  readonly environment: { [name: string]: string };
}

export function trainingSettings(props: TrainingProps): TrainingSettings {
  const count = { min: 1, max: 1000, fix: "give a count of 1 or more" };
  checkInteger("training.acceleratorsPerNode", props.acceleratorsPerNode, { ...count, max: 16 });
  checkInteger("training.nodes", props.nodes, count);
  checkInteger("training.maxConcurrentRuns", props.maxConcurrentRuns, count);
  checkNumber("training.maxRunHours", props.maxRunHours, { min: 1, max: 8760, fix: "give hours, up to a year" });
  checkInteger("training.scratchGib", props.scratchGib, {
    min: 30,
    max: 16384,
    fix: "it holds the data set, two checkpoints and the image",
  });
  checkVariables("training.environment", props.environment, "train");

  return {
    accelerator: props.accelerator ?? (props.machineType === undefined ? Accelerator.gpu(16) : undefined),
    acceleratorsPerNode: props.acceleratorsPerNode,
    machineType: props.machineType,
    nodes: props.nodes ?? 1,
    maxConcurrentRuns: props.maxConcurrentRuns ?? 1,
    purchase: props.purchase ?? Purchase.onDemand(),
    maxRunHours: props.maxRunHours ?? 24,
    scratchGib: props.scratchGib ?? 200,
    image: props.image,
    environment: props.environment ?? {},
  };
}
