import { Storage, StorageProps } from "../../lib/aws";
import { BUCKETS, KEY, NAMED } from "./parts";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

let made: Storage;
function storage(props: Partial<StorageProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = new Storage(stack, "storage", { ...NAMED, encryption: KEY, ...props });
  });
}

const alone = storage();
const every = ["datasets", "logs", "models"];
const ofEach = <T>(suffix: string, value: (bucket: string) => T): { [id: string]: T } =>
  Object.fromEntries(every.map((bucket) => [`storage_${bucket}${suffix}`, value(bucket)]));

describe("aws.Storage", () => {
  test("is three buckets, each with all that makes it private and tidy", () => {
    expect(alone.types()).toEqual({
      aws_s3_bucket: 3,
      aws_s3_bucket_lifecycle_configuration: 3,
      aws_s3_bucket_logging: 2,
      aws_s3_bucket_ownership_controls: 3,
      aws_s3_bucket_policy: 3,
      aws_s3_bucket_public_access_block: 3,
      aws_s3_bucket_server_side_encryption_configuration: 3,
      aws_s3_bucket_versioning: 3,
    });
  });

  test("has account and region in the buckets' names, which are unique in the world", () => {
    const account = "${data.aws_caller_identity.storage_account_identity.account_id}";
    expect(alone.each("aws_s3_bucket", "bucket")).toEqual(
      ofEach("", (bucket) => `flowers-${bucket}-${account}-us-east-1`),
    );
  });

  test("blocks public access in every form", () => {
    expect(alone.all("aws_s3_bucket_public_access_block")).toEqual(
      ofEach("_public-access", (bucket) => ({
        bucket: `\${aws_s3_bucket.storage_${bucket}.id}`,
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      })),
    );
  });

  test("gives every object to the account, whoever wrote it", () => {
    expect(alone.each("aws_s3_bucket_ownership_controls", "rule")).toEqual(
      ofEach("_ownership", () => ({ object_ownership: "BucketOwnerEnforced" })),
    );
  });

  test("keeps replaced objects", () => {
    expect(alone.each("aws_s3_bucket_versioning", "versioning_configuration")).toEqual(
      ofEach("_versioning", () => ({ status: "Enabled" })),
    );
  });

  test("encrypts data sets and models with the key that it is given, and access logs as log delivery can", () => {
    const ours = [
      {
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: KEY_ARN },
      },
    ];
    expect(alone.each("aws_s3_bucket_server_side_encryption_configuration", "rule")).toEqual({
      storage_datasets_encryption: ours,
      storage_logs_encryption: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
      storage_models_encryption: ours,
    });
  });

  test.each([
    { props: {}, noncurrentDays: 30, runDays: 30, logDays: 365 },
    {
      props: { noncurrentVersionDays: 7, checkpointDays: 90, logRetentionDays: 60 },
      noncurrentDays: 7,
      runDays: 90,
      logDays: 60,
    },
  ])("keeps old versions $noncurrentDays, runs $runDays and access logs $logDays days", (expected) => {
    const tidied = storage(expected.props);
    const tidy = {
      id: "tidy",
      status: "Enabled",
      filter: [{}],
      noncurrent_version_expiration: [{ noncurrent_days: expected.noncurrentDays }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    };
    const data = { ...tidy, transition: [{ days: 30, storage_class: "INTELLIGENT_TIERING" }] };
    const runs = {
      id: "expire-runs",
      status: "Enabled",
      filter: [{ prefix: "runs/" }],
      expiration: [{ days: expected.runDays }],
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
    };
    expect(tidied.each("aws_s3_bucket_lifecycle_configuration", "rule")).toEqual({
      storage_datasets_lifecycle: [data],
      storage_logs_lifecycle: [{ ...tidy, expiration: [{ days: expected.logDays }] }],
      storage_models_lifecycle: [data, runs],
    });
    expect(made).toMatchObject({
      noncurrentVersionDays: expected.noncurrentDays,
      checkpointDays: expected.runDays,
    });
  });

  test("tidies up only once versions are kept", () => {
    expect(alone.each("aws_s3_bucket_lifecycle_configuration", "depends_on")).toEqual(
      ofEach("_lifecycle", (bucket) => [`aws_s3_bucket_versioning.storage_${bucket}_versioning`]),
    );
    expect(alone.each("aws_s3_bucket_lifecycle_configuration", "transition_default_minimum_object_size")).toEqual(
      ofEach("_lifecycle", () => "all_storage_classes_128K"),
    );
  });

  test("lets nobody use a bucket before it is closed to the public and encrypts", () => {
    expect(alone.each("aws_s3_bucket_policy", "depends_on")).toEqual(
      ofEach("_policy", (bucket) => [
        `aws_s3_bucket_public_access_block.storage_${bucket}_public-access`,
        `aws_s3_bucket_server_side_encryption_configuration.storage_${bucket}_encryption`,
      ]),
    );
  });

  test("logs access to data sets and models, each below its own prefix", () => {
    const target_bucket = "${aws_s3_bucket_policy.storage_logs_policy.bucket}";
    expect(alone.list("aws_s3_bucket_logging")).toEqual([
      { bucket: "${aws_s3_bucket.storage_datasets.id}", target_bucket, target_prefix: "s3/datasets/" },
      { bucket: "${aws_s3_bucket.storage_models.id}", target_bucket, target_prefix: "s3/models/" },
    ]);
  });

  test.each([
    { deletionProtection: undefined, forceDestroy: false },
    { deletionProtection: true, forceDestroy: false },
    { deletionProtection: false, forceDestroy: true },
  ])(
    "destroys full buckets only when deletionProtection is false ($deletionProtection)",
    ({ deletionProtection, forceDestroy }) => {
      expect(storage({ deletionProtection }).each("aws_s3_bucket", "force_destroy")).toEqual(
        ofEach("", () => forceDestroy),
      );
    },
  );

  test("that is brought along is the names of its buckets", () => {
    expect(BUCKETS).toEqual({ datasetsBucket: "our-datasets", modelsBucket: "our-models", logsBucket: "our-logs" });
    expect(Storage.fromBuckets("our-datasets", "our-models")).toEqual({
      datasetsBucket: "our-datasets",
      modelsBucket: "our-models",
      logsBucket: undefined,
    });
  });
});
