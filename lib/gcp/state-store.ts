import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkEnvironmentName, nameFor } from "../core/resource-names";
import { environmentTags } from "../core/tags";
import { checkMembers, checkNoGoogle, checkProject, checkRegion, labelsOf } from "./checks";
import { BUCKET } from "./resource-names";

/** What a `StateStore` is made from. */
export interface StateStoreProps {
  /** Name of the environments whose state it keeps. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** The bucket's region, for example `us-central1`. */
  readonly region: string;

  /**
   * Who deploys, as members of IAM, besides those who may already in the project.
   *
   * @default - nobody else
   */
  readonly deployers?: string[];
}

/**
 * A bucket for Terraform's state, in a stack of its own that is deployed first. The backend locks by itself.
 *
 * 30 old versions are kept, and a plan that would destroy the bucket fails: state is what finds everything else.
 */
export class StateStore extends Construct {
  /**
   * Name of the bucket, for a backend, which cannot refer to anything that Terraform learns later.
   *
   * @param name of the environments whose state it keeps
   * @param project id of the project
   */
  public static bucketNameFor(name: string, project: string): string {
    checkEnvironmentName(name);
    checkProject(project);
    return nameFor(BUCKET, project, name, "state");
  }

  /** Name of the bucket: `<project>-<name>-state`. */
  public readonly bucketName: string;

  public constructor(scope: Construct, id: string, props: StateStoreProps) {
    super(scope, id);
    checkNoGoogle(props.name);
    checkRegion(props.region);
    const { project, name, region } = props;
    const deployers = props.deployers ?? [];
    checkMembers("deployers", deployers, "name whoever runs Terraform");
    const apis = ["cloudresourcemanager", "storage"].map(
      (api) =>
        new ProjectService(this, api, {
          project,
          service: `${api}.googleapis.com`,
          disableOnDestroy: false,
          disableDependentServices: false,
        }),
    );
    const bucket = new StorageBucket(this, "Resource", {
      project,
      name: StateStore.bucketNameFor(name, project),
      location: region,
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: false,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 7 * 24 * 3600 },
      lifecycleRule: [{ action: { type: "Delete" }, condition: { numNewerVersions: 30, withState: "ARCHIVED" } }],
      labels: environmentTags(name, labelsOf({})),
      lifecycle: { preventDestroy: true },
      dependsOn: apis,
    });
    for (const [i, member] of deployers.entries()) {
      new StorageBucketIamMember(this, `deployer-${Token.isUnresolved(member) ? i : member}`, {
        bucket: bucket.name,
        role: "roles/storage.objectUser",
        member,
      });
    }
    this.bucketName = bucket.name;
  }
}
