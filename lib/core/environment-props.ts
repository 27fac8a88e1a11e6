import { Accelerator } from "./accelerator";
import { EndpointAccess } from "./endpoint-access";
import { Purchase } from "./purchase";
import { Schedule } from "./schedule";

/** The portable half of an environment: what it is, the same on every cloud. Each cloud adds its own coordinates. */
export interface EnvironmentProps {
  /**
   * What the environment and everything in it is called.
   *
   * 3 to 16 characters: a lower-case letter first, then lower-case letters, digits and single hyphens.
   */
  readonly name: string;

  /**
   * Version of the container in the environment's own registry.
   *
   * Training and GPU endpoints run `<imageTag>-cuda`, CPU endpoints `<imageTag>-cpu`.
   *
   * @default - nothing was pushed yet: the endpoint answers 503 `waiting_for_image`, a training run says what to push
   */
  readonly imageTag?: string;

  /**
   * The machines that train, and for how long.
   *
   * @default - one GPU with 16 GiB or more, on demand, at most 24 hours
   */
  readonly training?: TrainingProps;

  /**
   * The endpoint that answers predictions.
   *
   * @default - on CPU, from 0 to 4 replicas, behind a bearer key
   */
  readonly inference?: InferenceProps;

  /**
   * How long objects in the buckets are kept.
   *
   * @default - old versions and checkpoints for 30 days
   */
  readonly storage?: StorageProps;

  /**
   * Logs, alarms and who hears of them.
   *
   * @default - logs for 365 days, alarms without a receiver
   */
  readonly observability?: ObservabilityProps;

  /**
   * Train again on a schedule.
   *
   * @default - only when somebody starts a run
   */
  readonly retraining?: RetrainingProps;

  /**
   * A monthly spending limit to be warned about.
   *
   * @default - no budget
   */
  readonly budget?: BudgetProps;

  /**
   * Keep all traffic inside the network: private endpoints for the cloud's services, no route to the internet.
   *
   * The inference endpoint is then `EndpointAccess.privateOnly()` unless `inference.access` says otherwise.
   *
   * @default false - services are reached by identity over their public addresses, compute has no public address
   */
  readonly privateNetwork?: boolean;

  /**
   * Protect what cannot be made again: full buckets, pushed images, keys and load balancers.
   *
   * Destroying a protected environment takes two steps: set this to false and deploy, then destroy.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Tags (labels) on everything, besides `environment=<name>` and `managed-by=cdktf-pytorch-vision`.
   *
   * @default - only those two
   */
  readonly tags?: { [key: string]: string };
}

/** The machines that train. There are none while nothing trains. */
export interface TrainingProps {
  /**
   * What a node trains on.
   *
   * @default Accelerator.gpu(16)
   */
  readonly accelerator?: Accelerator;

  /**
   * Number of accelerators in each node. Clouds sell only some counts; another is refused with those that exist.
   *
   * @default 1
   */
  readonly acceleratorsPerNode?: number;

  /**
   * Number of machines that one run uses, 1 to 1000. A token counts as several: what Terraform learns later may be more than 1.
   *
   * @default 1
   */
  readonly nodes?: number;

  /**
   * Number of runs at the same time, 1 to 1000; further ones wait in the queue. With `nodes` it bounds what can be spent.
   *
   * @default 1
   */
  readonly maxConcurrentRuns?: number;

  /**
   * On demand, spot or reserved.
   *
   * @default Purchase.onDemand()
   */
  readonly purchase?: Purchase;

  /**
   * Hours after which a run is stopped, 1 to 8760.
   *
   * @default 24
   */
  readonly maxRunHours?: number;

  /**
   * Local disk of each node in GiB, 30 to 16384. It must hold the data set, two checkpoints and the image.
   *
   * @default 200
   */
  readonly scratchGib?: number;

  /**
   * The cloud's own name of the machine.
   *
   * @default - the cheapest that has the accelerators asked for
   */
  readonly machineType?: string;

  /**
   * Whole address of an image to train with, in place of the one in the environment's registry.
   *
   * @default - `<repository>:<imageTag>-cuda`
   */
  readonly image?: string;

  /**
   * More variables for the training container, for example `ML_EPOCHS`.
   *
   * @default - the defaults of the container
   */
  readonly environment?: { [name: string]: string };
}

/** The endpoint that answers predictions over HTTP. */
export interface InferenceProps {
  /**
   * What a replica predicts on.
   *
   * @default Accelerator.NONE
   */
  readonly accelerator?: Accelerator;

  /**
   * Number of accelerators of a replica.
   *
   * @default 1
   */
  readonly acceleratorsPerReplica?: number;

  /**
   * The cloud's own name of the machine of a GPU replica.
   *
   * @default - the cheapest that has the accelerator asked for
   */
  readonly machineType?: string;

  /**
   * vCPUs of a CPU replica. Each cloud offers some pairs of vCPUs and memory and refuses the others by name.
   *
   * @default 2
   */
  readonly vcpus?: number;

  /**
   * Memory of a CPU replica in GiB.
   *
   * @default 4 - or the nearest that the cloud sells with these vCPUs
   */
  readonly memoryGib?: number;

  /**
   * Replicas that are always on; 0 costs nothing at rest and makes the first request wait.
   *
   * @default 0 - 1 on a GPU that cannot scale to zero, and with `EndpointAccess.privateOnly()`
   */
  readonly minReplicas?: number;

  /**
   * Replicas under full load, 1 to 5000.
   *
   * @default 4 - or `minReplicas`, if that is more
   */
  readonly maxReplicas?: number;

  /**
   * Requests in flight that one replica should have, 1 to 1000: more replicas are started above it.
   *
   * @default 8
   */
  readonly concurrency?: number;

  /**
   * Who may call.
   *
   * @default EndpointAccess.apiKey() - with `privateNetwork`, `EndpointAccess.privateOnly()`
   */
  readonly access?: EndpointAccess;

  /**
   * Run id of the model to serve.
   *
   * @default - the newest published model, taken up while running
   */
  readonly modelVersion?: string;

  /**
   * Whole address of an image to serve with, in place of the one in the environment's registry.
   *
   * @default - `<repository>:<imageTag>-cpu`, on GPU `-cuda`
   */
  readonly image?: string;

  /**
   * More variables for the serving container, for example `ML_TOP_K`.
   *
   * @default - the defaults of the container
   */
  readonly environment?: { [name: string]: string };
}

/** How long objects in the buckets are kept. */
export interface StorageProps {
  /**
   * Days for which a replaced or deleted object can be brought back, 1 to 3650.
   *
   * @default 30
   */
  readonly noncurrentVersionDays?: number;

  /**
   * Days for which a run's checkpoints are kept, 1 to 3650. Published models are kept for ever.
   *
   * @default 30
   */
  readonly checkpointDays?: number;
}

/** Logs, alarms and who hears of them. */
export interface ObservabilityProps {
  /**
   * Days for which logs are kept. Clouds allow some values only and refuse the others with the list.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;

  /**
   * Who is written to when an alarm goes off, a run fails or the budget is used up. Each confirms by a link, once.
   *
   * @default - nobody
   */
  readonly alertEmails?: string[];

  /**
   * Alarm when the slowest 5 % of requests take longer than this many milliseconds, 1 to 30000.
   *
   * @default 1000
   */
  readonly latencyP95Ms?: number;

  /**
   * Alarm when more than this share of requests fails with 5xx, 0.01 to 100 percent.
   *
   * @default 1
   */
  readonly errorRatePercent?: number;
}

/** Train again on a schedule. */
export interface RetrainingProps {
  /** When, in UTC. */
  readonly schedule: Schedule;
}

/** A monthly spending limit. It warns, it stops nothing. */
export interface BudgetProps {
  /** USD a month, above 0. Alerts are sent at 50, 80 and 100 percent spent and at 100 percent forecast. */
  readonly monthlyUsd: number;
}
