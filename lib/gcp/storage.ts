import { StorageBucket, StorageBucketLifecycleRule } from "@cdktf/provider-google/lib/storage-bucket";
import { Construct } from "constructs";
import { StorageProps as PortableStorageProps } from "../core/environment-props";
import { checkEnvironmentName, nameFor } from "../core/resource-names";
import { checkInteger, checkPattern } from "../core/validation";
import { checkNoGoogle, checkProject, checkRegion } from "./checks";
import { IEncryption } from "./encryption";
import { BUCKET } from "./resource-names";

/** Buckets that parts read and write: the environment's own, or ones that you bring. */
export interface IStorage {
  /** Name of the bucket of data sets, which lie below `datasets/`. */
  readonly datasetsBucket: string;
  /** Name of the bucket of runs, below `runs/`, and of published models, below `models/`. */
  readonly modelsBucket: string;
}

/** What a `Storage` is made from. */
export interface StorageProps extends PortableStorageProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project, which is in the buckets' names. */
  readonly project: string;

  /** The buckets' region, for example `us-central1`. */
  readonly region: string;

  /** The key that data sets and models are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * Name of a bucket for usage logs of both buckets.
   *
   * @default - none: Cloud Audit Logs say who did what
   */
  readonly accessLogBucket?: string;

  /**
   * Keep buckets from being destroyed while they hold objects.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** Buckets for data sets and models: private, versioned, and encrypted with the environment's key. */
export class Storage extends Construct implements IStorage {
  /**
   * Use buckets that exist already, encrypted with the key that is passed as `encryption`.
   *
   * @param datasetsBucket name of the bucket of data sets
   * @param modelsBucket name of the bucket of runs and models
   */
  public static fromBuckets(datasetsBucket: string, modelsBucket: string): IStorage {
    for (const [prop, bucket] of Object.entries({ datasetsBucket, modelsBucket })) {
      const allowed = "3 to 63 lower-case letters, digits, dots, hyphens and underscores";
      const name = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
      checkPattern(prop, bucket, name, allowed, "give the bucket's name, not its URI");
    }
    return { datasetsBucket, modelsBucket };
  }

  public readonly datasetsBucket: string;
  public readonly modelsBucket: string;

  /** Days for which a replaced or deleted object can be brought back. */
  public readonly noncurrentVersionDays: number;

  /** Days for which a run's checkpoints are kept. */
  public readonly checkpointDays: number;

  private readonly props: StorageProps;

  public constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkNoGoogle(props.name);
    checkProject(props.project);
    checkRegion(props.region);
    const days = { min: 1, max: 3650, fix: "give days, up to ten years" };
    checkInteger("storage.noncurrentVersionDays", props.noncurrentVersionDays, days);
    checkInteger("storage.checkpointDays", props.checkpointDays, days);
    this.props = props;
    this.noncurrentVersionDays = props.noncurrentVersionDays ?? 30;
    this.checkpointDays = props.checkpointDays ?? 30;

    this.datasetsBucket = this.bucket("datasets", 7 * 24 * 3600, []).name;
    // Checkpoints are replaced every few minutes: kept for the soft delete too, they would be most of the bill.
    this.modelsBucket = this.bucket("models", 0, [
      deleteAfter({ daysSinceNoncurrentTime: 1, withState: "ARCHIVED", ...CHECKPOINTS }),
      deleteAfter({ age: this.checkpointDays, withState: "LIVE", ...CHECKPOINTS }),
    ]).name;
  }

  private bucket(id: string, softDeleteSeconds: number, rules: StorageBucketLifecycleRule[]): StorageBucket {
    const { project, name, region, encryption, accessLogBucket, deletionProtection } = this.props;
    return new StorageBucket(this, id, {
      project,
      name: nameFor(BUCKET, project, name, id),
      location: region,
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: !(deletionProtection ?? true),
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds },
      encryption: { defaultKmsKeyName: encryption.keyId },
      logging:
        accessLogBucket === undefined ? undefined : { logBucket: accessLogBucket, logObjectPrefix: `${name}-${id}` },
      lifecycleRule: [
        deleteAfter({ daysSinceNoncurrentTime: this.noncurrentVersionDays, withState: "ARCHIVED" }),
        ...rules,
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ],
      dependsOn: encryption.ready,
    });
  }
}

// A prefix has no wildcard; the suffix tells checkpoints from the rest of a run.
const CHECKPOINTS = { matchesPrefix: ["runs/"], matchesSuffix: [".pt"] };

function deleteAfter(condition: StorageBucketLifecycleRule["condition"]): StorageBucketLifecycleRule {
  return { action: { type: "Delete" }, condition };
}
