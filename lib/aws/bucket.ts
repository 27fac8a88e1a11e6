import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { nameFor } from "../core/resource-names";
import { Account } from "./account";
import { IEncryption } from "./encryption";
import { denyPlaintext, policyDocument, Statement } from "./iam";
import { BUCKET } from "./resource-names";

export interface BucketProps {
  readonly name: string;
  readonly region: string;
  /** What tells the bucket apart: the name is `<name>-<suffix>-<account>-<region>`. */
  readonly suffix: string;
  /** Unset: with a key of Amazon S3 itself, which is all that log delivery can write with. */
  readonly encryption?: IEncryption;
  readonly noncurrentVersionDays: number;
  /** Days after which every object goes; unset: none does. */
  readonly expireAfterDays?: number;
  /** Days after which objects below `runs/` go. */
  readonly expireRunsAfterDays?: number;
  /** More statements for the bucket's policy, from its ARN. */
  readonly statements?: (bucketArn: string) => Statement[];
  readonly deletionProtection?: boolean;
  /** Also refuse to plan the bucket's end at all: for state. */
  readonly preventDestroy?: boolean;
}

/** A bucket as all of ours are: private, versioned, encrypted, over TLS only, owned by the account alone. */
export class Bucket extends Construct {
  /** The bucket's name, for what configures the bucket itself. */
  public readonly ownName: string;

  /** The bucket's name, known once encryption and policy are in place: whoever uses it waits for them. */
  public readonly bucketName: string;

  public constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const resource = new S3Bucket(this, "Resource", {
      bucket: bucketNameOf(props.name, props.suffix, Account.of(this).id, props.region),
      forceDestroy: !(props.deletionProtection ?? true),
      lifecycle: props.preventDestroy ? { preventDestroy: true } : undefined,
    });
    const bucket = resource.id;
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [encryptionRule(props.encryption)],
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      rule: lifecycleRules(props),
      dependsOn: [versioning],
    });
    const policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policyDocument([
        denyPlaintext("s3:*", [resource.arn, `${resource.arn}/*`]),
        ...(props.encryption ? denyOtherEncryption(resource.arn, props.encryption) : []),
        ...(props.statements?.(resource.arn) ?? []),
      ]),
      dependsOn: [publicAccess, encryption],
    });
    this.ownName = bucket;
    this.bucketName = policy.bucket;
  }
}

/** Bucket names are unique in the world: the account and the region are in them. */
export function bucketNameOf(name: string, suffix: string, accountId: string, region: string): string {
  return `${nameFor(BUCKET, name, suffix)}-${accountId}-${region}`;
}

function encryptionRule(encryption: IEncryption | undefined) {
  if (!encryption) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    bucketKeyEnabled: true,
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: encryption.keyArn },
  };
}

function lifecycleRules(props: BucketProps) {
  const all = { id: "tidy", status: "Enabled", filter: [{}] };
  const tidy = {
    ...all,
    noncurrentVersionExpiration: [{ noncurrentDays: props.noncurrentVersionDays }],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
    ...(props.expireAfterDays === undefined
      ? { transition: [{ days: 30, storageClass: "INTELLIGENT_TIERING" }] }
      : { expiration: [{ days: props.expireAfterDays }] }),
  };
  if (props.expireRunsAfterDays === undefined) return [tidy];
  return [
    tidy,
    {
      // S3 has no wildcard in the middle of a prefix, so the whole run goes; the published model keeps its manifest.
      id: "expire-runs",
      status: "Enabled",
      filter: [{ prefix: "runs/" }],
      expiration: [{ days: props.expireRunsAfterDays }],
      // Checkpoints are replaced every few minutes: versions of them would be most of the bill.
      noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
    },
  ];
}

/** "Null = false" matters: a negated operator is true when the header is absent, and would refuse every plain upload. */
function denyOtherEncryption(bucketArn: string, encryption: IEncryption): Statement[] {
  const refuse = (sid: string, header: string, value: string): Statement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/*`,
    Condition: { Null: { [header]: "false" }, StringNotEquals: { [header]: value } },
  });
  return [
    refuse("DenyOtherKey", "s3:x-amz-server-side-encryption-aws-kms-key-id", encryption.keyArn),
    refuse("DenyOtherEncryption", "s3:x-amz-server-side-encryption", "aws:kms"),
  ];
}
