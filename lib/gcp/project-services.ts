import { DataGoogleBigqueryDefaultServiceAccount } from "@cdktf/provider-google/lib/data-google-bigquery-default-service-account";
import { DataGoogleLoggingProjectCmekSettings } from "@cdktf/provider-google/lib/data-google-logging-project-cmek-settings";
import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { ITerraformDependable, TerraformProvider, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { mustBe } from "../core/errors";
import { TimeSleep } from "../core/time-sleep";
import { checkProject, checkProjectNumber } from "./checks";
import { GoogleBetaProvider } from "./google-beta";
import { AGENTS, agentMember } from "./service-agents";
import { ProjectServiceIdentity } from "./service-identity";

/** What a `ProjectServices` is made from. */
export interface ProjectServicesProps {
  /** Id of the project. */
  readonly project: string;

  /** Number of the project: `gcloud projects describe <project> --format='value(projectNumber)'`. */
  readonly projectNumber: string;

  /**
   * APIs besides those that every environment needs, without `.googleapis.com`.
   *
   * @default - none
   */
  readonly more?: string[];

  /**
   * Whether BigQuery must be able to use the key.
   *
   * @default true
   */
  readonly bigquery?: boolean;

  /**
   * The google-beta provider of the stack.
   *
   * @default - the one `GoogleBetaProvider` that the stack has
   */
  readonly betaProvider?: TerraformProvider;
}

/**
 * Turns on the APIs of a project, and has Google make the agents that will use the key.
 *
 * Both take a while to be seen everywhere: whatever needs them waits for `ready` and `agentsReady`. Nothing is turned off
 * when the environment goes: other things in the project may use it.
 */
export class ProjectServices extends Construct {
  /** What must be done before the first resource. */
  public readonly ready: ITerraformDependable[];
  /** What must be done before a resource of one of the APIs in `more`. */
  public readonly moreReady: ITerraformDependable[];
  /** What must be done before an agent is named in a grant. */
  public readonly agentsReady: ITerraformDependable[];
  /** Whoever must be able to use the key, as members of IAM by what they are for. */
  public readonly keyUsers: { [service: string]: string };

  private readonly props: ProjectServicesProps;

  public constructor(scope: Construct, id: string, props: ProjectServicesProps) {
    super(scope, id);
    checkProject(props.project);
    checkProjectNumber(props.projectNumber);
    this.props = props;
    const apis = APIS.map((api) => this.enable(api, []));
    this.ready = [new TimeSleep(this, "apis", { createDuration: "90s", dependsOn: apis })];
    const more = [...(props.more ?? [])].sort();
    this.moreReady = this.ready;
    if (more.length > 0) {
      const enabled = more.map((api) => this.enable(api, this.ready));
      // Apart from the first wait, which everything hangs on: an API that comes later has one of its own.
      const triggers = { apis: more.join(" ") };
      this.moreReady = [new TimeSleep(this, "more", { createDuration: "60s", triggers, dependsOn: enabled })];
    }
    const [members, agents] = this.agents();
    this.keyUsers = members;
    // An agent is not visible to IAM at once: a grant made too early fails with "does not exist".
    this.agentsReady = [new TimeSleep(this, "agents", { createDuration: "60s", dependsOn: agents })];
  }

  private enable(api: string, dependsOn: ITerraformDependable[]): ProjectService {
    return new ProjectService(this, api, {
      project: this.props.project,
      service: `${api}.googleapis.com`,
      disableOnDestroy: false,
      disableDependentServices: false,
      dependsOn,
    });
  }

  private agents(): [members: { [service: string]: string }, made: ITerraformDependable[]] {
    const { project, projectNumber, bigquery } = this.props;
    const provider = this.props.betaProvider ?? this.betaProviderOfStack();
    const identities = Object.keys(AGENTS).map(
      (service) =>
        new ProjectServiceIdentity(this, `${service}-agent`, {
          provider,
          project,
          service: `${service}.googleapis.com`,
          dependsOn: this.ready,
        }),
    );
    // These have a read API that makes them. That it depends on the wait defers the read: a first plan calls no API.
    const read = { project, dependsOn: this.ready };
    const storage = new DataGoogleStorageProjectServiceAccount(this, "storage-agent", read);
    const logging = new DataGoogleLoggingProjectCmekSettings(this, "logging-agent", read);
    const query =
      (bigquery ?? true) ? new DataGoogleBigqueryDefaultServiceAccount(this, "bigquery-agent", read) : undefined;
    const members = {
      ...Object.fromEntries(Object.keys(AGENTS).map((service) => [service, agentMember(service, projectNumber)])),
      storage: storage.member,
      logging: `serviceAccount:${logging.serviceAccountId}`,
      ...(query ? { bigquery: query.member } : {}),
    };
    return [members, [...identities, storage, logging, ...(query ? [query] : [])]];
  }

  private betaProviderOfStack(): TerraformProvider {
    const providers = TerraformStack.of(this).node.findAll();
    const found = providers.find(
      (construct): construct is GoogleBetaProvider => construct instanceof GoogleBetaProvider,
    );
    if (found) return found;
    const fix = 'make one in the stack: new gcp.GoogleBetaProvider(stack, "google-beta", { project })';
    throw mustBe("betaProvider", "the google-beta provider of the stack", undefined, fix);
  }
}

const APIS = [
  "iam",
  "cloudresourcemanager",
  "aiplatform",
  "artifactregistry",
  "bigquery",
  "cloudkms",
  "compute",
  "logging",
  "monitoring",
  "run",
  "secretmanager",
  "storage",
  "workflows",
  "workflowexecutions",
];
