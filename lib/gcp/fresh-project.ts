import { Token } from "cdktf";
import { multiply } from "../core/arithmetic";
import { Inference } from "./inference";
import { CLOUD_RUN_GPUS } from "./machines";
import { Training } from "./training";

export interface FreshProjectProps {
  readonly project: string;
  readonly region: string;
  readonly training: Training;
  readonly inference: Inference;
  readonly spot: boolean;
  readonly scanImages: boolean;
}

/** What must be true of a new project before the first deployment or run: quotas start low, some at 0. */
export function freshProjectNotices({
  project,
  region,
  training,
  inference,
  spot,
  scanImages,
}: FreshProjectProps): string[] {
  const { machine, maxReplicas } = inference;
  const notices = [
    `before the first deployment, once: gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com --project=${project}`,
    `${training.machine.type} counts against Vertex AI's own quotas of custom model training${spot ? " on preemptible machines" : ""} in ${region}, ` +
      "which may be 0 in a new project: without them a run waits or fails with 429",
  ];
  const gpu = CLOUD_RUN_GPUS.find(({ accelerator }) => accelerator === machine.accelerator);
  if (gpu && !Token.isUnresolved(maxReplicas) && maxReplicas > gpu.newProjectReplicas) {
    notices.push(
      `a new project gets ${gpu.newProjectReplicas} ${gpu.accelerator} on Cloud Run in ${region}, inference.maxReplicas asks for ${maxReplicas}: ` +
        "the deployment is refused until the quota is raised",
    );
  }
  const vcpus = multiply(machine.vcpus, maxReplicas);
  const memoryGib = multiply(machine.memoryGib, maxReplicas);
  const known = !Token.isUnresolved(vcpus) && !Token.isUnresolved(memoryGib);
  if (!gpu && known && (vcpus > 20 || memoryGib > 40)) {
    notices.push(
      `a new project gets 20 vCPUs and 40 GiB on Cloud Run in ${region}, ${maxReplicas} replicas ask for ${vcpus} and ${memoryGib}: ` +
        "the deployment is refused until the quota is raised",
    );
  }
  if (scanImages) notices.push("scanning is billed for each pushed image; scanImages: false turns it off");
  return notices;
}
