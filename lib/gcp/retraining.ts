import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { Construct } from "constructs";
import { RetrainingProps as PortableRetrainingProps } from "../core/environment-props";
import { checkEnvironmentName, nameFor } from "../core/resource-names";
import { Schedule, Weekday } from "../core/schedule";
import { checkProject, checkRegion } from "./checks";
import { ProjectServices } from "./project-services";
import { SERVICE_ACCOUNT } from "./resource-names";
import { Training } from "./training";

/** What a `Retraining` is made from. */
export interface RetrainingProps extends PortableRetrainingProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** The region of the training, for example `us-central1`. */
  readonly region: string;

  /** What is started. */
  readonly training: Training;

  /**
   * The APIs of the project; `cloudscheduler` is one of `more`.
   *
   * @default - they are on already
   */
  readonly services?: ProjectServices;
}

/** Trains again on a schedule. While a run is still going, the new one waits for its turn. */
export class Retraining extends Construct {
  /** Id of the Cloud Scheduler job. */
  public readonly scheduleId: string;

  public constructor(scope: Construct, id: string, props: RetrainingProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkRegion(props.region);
    const { project, name, region, training, services } = props;
    const account = new ServiceAccount(this, "account", {
      project,
      accountId: nameFor(SERVICE_ACCOUNT, name, "scheduler"),
      displayName: `${name}: starts scheduled training`,
      dependsOn: services?.ready,
    });
    const invoker = new ProjectIamMember(this, "invoker", {
      project,
      // Workflows have no rights of their own to give.
      role: "roles/workflows.invoker",
      member: account.member,
    });
    this.scheduleId = new CloudSchedulerJob(this, "Resource", {
      project,
      name: `${name}-retrain`,
      region,
      description: "Scheduled retraining",
      schedule: cron(props.schedule),
      timeZone: "Etc/UTC",
      attemptDeadline: "180s",
      retryConfig: { retryCount: 3, minBackoffDuration: "30s" },
      httpTarget: {
        httpMethod: "POST",
        uri: `https://workflowexecutions.googleapis.com/v1/${training.workflowId}/executions`,
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify({ argument: "{}" })).toString("base64"),
        oauthToken: { serviceAccountEmail: account.email, scope: "https://www.googleapis.com/auth/cloud-platform" },
      },
      dependsOn: [...(services?.moreReady ?? []), invoker],
    }).id;
  }
}

const WEEKDAYS = [
  Weekday.SUNDAY,
  Weekday.MONDAY,
  Weekday.TUESDAY,
  Weekday.WEDNESDAY,
  Weekday.THURSDAY,
  Weekday.FRIDAY,
  Weekday.SATURDAY,
];

/** Minute, hour, day of month, month, day of week. */
function cron({ frequency, hour, weekday, dayOfMonth }: Schedule): string {
  if (frequency === "weekly" && weekday !== undefined) return `0 ${hour} * * ${WEEKDAYS.indexOf(weekday)}`;
  return `0 ${hour} ${frequency === "monthly" ? dayOfMonth : "*"} * *`;
}
