import { Token } from "cdktf";
import { add, multiply } from "../core/arithmetic";
import { Inference } from "./inference";
import { NEW_ACCOUNT_MEMORY_MB } from "./lambda-endpoint";
import { AwsMachine, MACHINES, QUOTAS } from "./machines";
import { Training } from "./training";

export interface FreshAccountProps {
  readonly region: string;
  readonly training: Training;
  readonly inference: Inference;
  readonly spot: boolean;
  readonly spotFallback?: boolean;
  readonly imageTag?: string;
  /** Whether the function's memory was asked for. */
  readonly memoryGib?: number;
}

/** What must be true of a new account before the first deployment or run: quotas start low, some at 0. */
export function freshAccountNotices(props: FreshAccountProps): string[] {
  const { region, training, inference } = props;
  const trainingMachines = multiply(training.nodes, training.maxConcurrentRuns);
  const notices = [
    "the first deployment in an account creates service-linked roles (Batch, ECS, Auto Scaling, ELB, API Gateway): " +
      "whoever deploys needs iam:CreateServiceLinkedRole",
    quotaNotice("training", training.machine, trainingMachines, props.spot, region),
  ];
  if (props.spotFallback) {
    notices.push(quotaNotice("training without spot capacity", training.machine, trainingMachines, false, region));
  }
  if (inference.endpointKind === "gpu") {
    notices.push(quotaNotice("the GPU endpoint", inference.machine, add(inference.maxReplicas, 1), false, region));
  }
  const fargateVcpus = multiply(inference.machine.vcpus, inference.maxReplicas);
  if (inference.endpointKind === "fargate" && !Token.isUnresolved(fargateVcpus) && fargateVcpus > 6) {
    notices.push(
      `${inference.maxReplicas} replicas need ${fargateVcpus} vCPUs of quota L-3032A538 (Fargate on-demand) in ${region}; a new account has 6`,
    );
  }
  if (inference.endpointKind === "lambda") {
    notices.push(
      "a new account runs 10 to 50 Lambda instances at once (quota L-B99A9384): callers above that get 503 until it is raised",
    );
    const memoryGib = props.memoryGib ?? 0;
    if (!Token.isUnresolved(memoryGib) && memoryGib * 1024 > NEW_ACCOUNT_MEMORY_MB) {
      notices.push(
        `a new account gets ${NEW_ACCOUNT_MEMORY_MB} MB for a Lambda function, inference.memoryGib asks for ${memoryGib} GiB: ` +
          "leave it unset, or have support lift the limit first",
      );
    }
    if (props.imageTag !== undefined) {
      notices.push(
        "Lambda refuses an image index, which docker buildx pushes by default: build with " +
          "--platform linux/amd64 --provenance=false --sbom=false",
      );
    }
  }
  return notices.filter((notice): notice is string => notice !== undefined);
}

function quotaNotice(
  who: string,
  machine: { type: string },
  count: number,
  spot: boolean,
  region: string,
): string | undefined {
  const row: AwsMachine | undefined = MACHINES.find(({ type }) => type === machine.type);
  if (!row || Token.isUnresolved(count)) return undefined;
  const quota = QUOTAS[row.quota];
  const vcpus = row.vcpus * count;
  if (vcpus <= quota.newAccount) return undefined;
  return (
    `${who} needs ${vcpus} vCPUs (${row.type}) of EC2 quota ${spot ? quota.spot : quota.onDemand} in ${region}; ` +
    `a new account has ${quota.newAccount}, and without them it waits: ask for more under Service Quotas`
  );
}
