import { Token } from "cdktf";
import { asText, multiply } from "../core/arithmetic";
import { mustBe, ownedVariable } from "../core/errors";
import { Purchase } from "../core/purchase";
import { TrainingSettings } from "../core/training-settings";
import { checkInteger, checkNumber, checkPattern, checkUnset } from "../core/validation";
import { GcpMachine, MachineSpec } from "./machines";

/** How a job waits for machines. */
export interface Waiting {
  readonly flexStart?: boolean;
  readonly flexStartMaxWaitHours?: number;
}

/** `machineSpec` of a worker pool. https://cloud.google.com/vertex-ai/docs/reference/rest/v1/MachineSpec */
export function machineSpec({ spec }: GcpMachine, purchase: Purchase): MachineSpec & { reservationAffinity?: object } {
  if (purchase.kind !== "reserved") return spec;
  if (purchase.reservationId === undefined) {
    return { ...spec, reservationAffinity: { reservationAffinityType: "ANY_RESERVATION" } };
  }
  return {
    ...spec,
    reservationAffinity: {
      reservationAffinityType: "SPECIFIC_RESERVATION",
      key: "compute.googleapis.com/reservation-name",
      values: [purchase.reservationId],
    },
  };
}

/** `scheduling` of a job; the workflow adds the time that is left. Vertex AI's own retries are off: the workflow's count. */
export function scheduling(purchase: Purchase, { flexStart, flexStartMaxWaitHours }: Waiting): object {
  if (flexStart) {
    const wait = asText(multiply(flexStartMaxWaitHours ?? 24, 3600));
    return { strategy: "FLEX_START", disableRetries: true, maxWaitDuration: `${wait}s` };
  }
  return { strategy: purchase.kind === "spot" ? "SPOT" : "STANDARD", disableRetries: true };
}

/** What Vertex AI would refuse only when a run starts. */
export function checkTraining(settings: TrainingSettings, machine: GcpMachine, waiting: Waiting): void {
  const { purchase, nodes, maxRunHours, scratchGib } = settings;
  const tpu = machine.spec.tpuTopology !== undefined;
  checkInteger("training.nodes", nodes, { min: 1, max: 100, fix: "Vertex AI gives a worker pool no more" });
  checkNumber("training.maxRunHours", maxRunHours, {
    min: 1,
    max: 168,
    fix: "Vertex AI stops a job after 7 days; it resumes in another run",
  });
  checkInteger("training.scratchGib", scratchGib, { min: 100, max: 16_384, fix: "Vertex AI has no smaller boot disk" });
  if (tpu && !Token.isUnresolved(nodes) && nodes > 1) {
    throw mustBe(
      "training.nodes",
      "1 with a TPU",
      nodes,
      "several hosts of one TPU slice are not offered; take more chips in one node",
    );
  }
  if (tpu && purchase.kind === "reserved") {
    throw mustBe("training.purchase", "on demand or spot with a TPU", purchase.kind, "Vertex AI reserves no TPUs");
  }
  checkPattern(
    "training.purchase",
    purchase.reservationId,
    /^projects\/[^/]+\/zones\/[^/]+\/reservations\/[^/]+$/,
    "reserved with the whole name of a reservation",
    'for example Purchase.reserved("projects/<project>/zones/<zone>/reservations/<name>")',
  );
  checkFlexStart(settings, machine, waiting);
  if (machine.neverOnDemand && purchase.kind === "on-demand" && !waiting.flexStart) {
    const fix = "or set flexStart, or take 8 GPUs a node";
    throw mustBe(
      "training.purchase",
      `spot or reserved for ${machine.type}, which is not sold on demand`,
      purchase.kind,
      fix,
    );
  }
}

/** What Vertex AI sets itself, and what one variable of a workflow can hold. */
export function checkJobVariables(variables: { [name: string]: string }): void {
  const prop = "training.environment";
  const names = Object.keys(variables);
  const taken = names.find((name) => /^(CLUSTER_SPEC$|AIP_)/.test(name));
  if (taken !== undefined) throw ownedVariable(prop, taken, "Vertex AI");
  const fix = "put what is longer into a file next to the data set";
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > 4096) throw mustBe(prop, "at most 4096 bytes of JSON with the environment's own variables", bytes, fix);
  if (names.length > 90) throw mustBe(prop, "at most 90 variables with the environment's own", names.length, fix);
}

function checkFlexStart({ purchase }: TrainingSettings, machine: GcpMachine, waiting: Waiting): void {
  if (!waiting.flexStart) {
    checkUnset(
      "flexStartMaxWaitHours",
      waiting.flexStartMaxWaitHours,
      "without flexStart",
      "nothing else waits for capacity",
    );
    return;
  }
  checkInteger("flexStartMaxWaitHours", waiting.flexStartMaxWaitHours, {
    min: 1,
    max: 168,
    fix: "give hours, up to a week",
  });
  if (purchase.kind !== "on-demand") {
    throw mustBe("flexStart", `unset with ${purchase.kind} capacity`, true, "it is a way to buy of its own");
  }
  // https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements
  const offered = ["L4", "A100_40GB", "A100_80GB", "H100", "H200", "B200"];
  if (machine.accelerator !== undefined && offered.includes(machine.accelerator)) return;
  throw mustBe(
    "flexStart",
    `unset with ${machine.accelerator ?? "no accelerator"}`,
    true,
    `it is offered for ${offered.join(", ")}`,
  );
}
