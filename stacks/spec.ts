import { Config } from "./config";
import { EnvironmentProps, Schedule, Weekday } from "cdktf-pytorch-vision/core";

/** The environment, once for every cloud: change it here, and each cloud's stack follows. */
export function spec(config: Config): EnvironmentProps {
  return {
    name: config.name,
    imageTag: config.imageTag,
    retraining: { schedule: Schedule.weekly(Weekday.SUNDAY, 3) },
    budget: config.monthlyUsd === undefined ? undefined : { monthlyUsd: config.monthlyUsd },
    observability: { alertEmails: config.alertEmails },
  };
}
