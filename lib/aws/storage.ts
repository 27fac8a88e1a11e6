import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { Construct } from "constructs";
import { StorageProps as PortableStorageProps } from "../core/environment-props";
import { checkEnvironmentName } from "../core/resource-names";
import { checkInteger, checkPattern } from "../core/validation";
import { Account } from "./account";
import { Bucket } from "./bucket";
import { checkLogRetention, checkRegion } from "./checks";
import { IEncryption } from "./encryption";
import { Statement } from "./iam";

/** Buckets that parts read and write: the environment's own, or ones that you bring. */
export interface IStorage {
  /** Name of the bucket of data sets, which lie below `datasets/`. */
  readonly datasetsBucket: string;
  /** Name of the bucket of runs, below `runs/`, and of published models, below `models/`. */
  readonly modelsBucket: string;
  /** Name of a bucket that a load balancer may write its access logs to. Unset: there are none. */
  readonly logsBucket?: string;
}

/** What a `Storage` is made from. */
export interface StorageProps extends PortableStorageProps {
  /** The environment's name. */
  readonly name: string;

  /** The buckets' region, for example `us-east-1`. */
  readonly region: string;

  /** The key that data sets and models are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * Days for which access logs are kept.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;

  /**
   * Keep buckets from being destroyed while they hold objects.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * Buckets for data sets and models, and one for the access logs of both.
 *
 * Private, versioned, over TLS only, and encrypted with the environment's key alone: an upload that names another is refused.
 */
export class Storage extends Construct implements IStorage {
  /**
   * Use buckets that exist already, encrypted with the key that is passed as `encryption`.
   *
   * @param datasetsBucket name of the bucket of data sets
   * @param modelsBucket name of the bucket of runs and models
   * @param logsBucket name of a bucket whose policy lets Elastic Load Balancing write below `alb/`
   */
  public static fromBuckets(datasetsBucket: string, modelsBucket: string, logsBucket?: string): IStorage {
    for (const [prop, bucket] of Object.entries({ datasetsBucket, modelsBucket, logsBucket })) {
      const allowed = "3 to 63 lower-case letters, digits, dots and hyphens";
      checkPattern(
        prop,
        bucket,
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        allowed,
        "give the bucket's name, not its ARN or URI",
      );
    }
    return { datasetsBucket, modelsBucket, logsBucket };
  }

  public readonly datasetsBucket: string;
  public readonly modelsBucket: string;
  public readonly logsBucket?: string;

  /** Days for which a replaced or deleted object can be brought back. */
  public readonly noncurrentVersionDays: number;

  /** Days for which a run's checkpoints are kept. */
  public readonly checkpointDays: number;

  public constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    checkLogRetention(props.logRetentionDays);
    const days = { min: 1, max: 3650, fix: "give days, up to ten years" };
    checkInteger("storage.noncurrentVersionDays", props.noncurrentVersionDays, days);
    checkInteger("storage.checkpointDays", props.checkpointDays, days);
    this.noncurrentVersionDays = props.noncurrentVersionDays ?? 30;
    this.checkpointDays = props.checkpointDays ?? 30;

    const account = Account.of(this);
    const bucket = {
      name: props.name,
      region: props.region,
      deletionProtection: props.deletionProtection,
      noncurrentVersionDays: this.noncurrentVersionDays,
    };
    const logs = new Bucket(this, "logs", {
      ...bucket,
      suffix: "logs",
      expireAfterDays: props.logRetentionDays ?? 365,
      statements: (arn) => logDelivery(account, arn),
    });
    const datasets = new Bucket(this, "datasets", { ...bucket, suffix: "datasets", encryption: props.encryption });
    const models = new Bucket(this, "models", {
      ...bucket,
      suffix: "models",
      encryption: props.encryption,
      expireRunsAfterDays: this.checkpointDays,
    });
    for (const [prefix, source] of Object.entries({ datasets, models })) {
      new S3BucketLoggingA(this, `${prefix}-logging`, {
        bucket: source.ownName,
        targetBucket: logs.bucketName,
        targetPrefix: `s3/${prefix}/`,
      });
    }
    this.datasetsBucket = datasets.bucketName;
    this.modelsBucket = models.bucketName;
    this.logsBucket = logs.bucketName;
  }
}

/** One statement for each source, each with exactly its own prefix: S3 checks nothing less before it delivers. */
function logDelivery(account: Account, bucketArn: string): Statement[] {
  const from = (source: string): Statement => ({
    Sid: `From${source[0].toUpperCase()}${source.slice(1)}`,
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/s3/${source}/*`,
    Condition: { StringEquals: { "aws:SourceAccount": account.id } },
  });
  return [
    {
      Sid: "AlbLogs",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/alb/AWSLogs/${account.id}/*`,
    },
    from("datasets"),
    from("models"),
  ];
}
