import { StateStore, StateStoreProps } from "../../lib/aws";
import { KEY, NAMED } from "./parts";
import { linesOf } from "./rights";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const store = (props: Partial<StateStoreProps> = {}): Synthesized =>
  synthesize((stack) => {
    new StateStore(stack, "state", { ...NAMED, ...props });
  });

const alone = store();
const keyed = store({ encryption: KEY });
const BUCKET = "<aws_s3_bucket.state.arn>";

describe("aws.StateStore", () => {
  test("is one bucket that is private, versioned and owned by the account alone", () => {
    expect(alone.types()).toEqual({
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
    expect(alone.only("aws_s3_bucket_public_access_block")).toEqual({
      bucket: "${aws_s3_bucket.state.id}",
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(alone.only("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(alone.only("aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  });

  test("cannot be destroyed by any plan", () => {
    expect(alone.only("aws_s3_bucket")).toEqual({
      bucket: "flowers-state-${data.aws_caller_identity.state_account_identity.account_id}-us-east-1",
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("is called as the backend of the environments' stacks says", () => {
    expect(StateStore.bucketNameFor("flowers", "123456789012", "us-east-1")).toBe(
      "flowers-state-123456789012-us-east-1",
    );
  });

  test("keeps old states for 90 days, and the current one for ever", () => {
    expect(alone.only("aws_s3_bucket_lifecycle_configuration").rule).toEqual([
      {
        id: "tidy",
        status: "Enabled",
        filter: [{}],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        transition: [{ days: 30, storage_class: "INTELLIGENT_TIERING" }],
      },
    ]);
  });

  test("encrypts with a key of S3's own, or with the one that it is given", () => {
    expect(alone.only("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(keyed.only("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      {
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: KEY_ARN },
      },
    ]);
  });

  test("refuses plain text, and with a key of ours any other", () => {
    const tlsOnly = `TlsOnly: Deny AWS * s3:* on ${BUCKET}, ${BUCKET}/* if Bool aws:SecureTransport false`;
    expect(linesOf(alone.only("aws_s3_bucket_policy").policy)).toEqual([tlsOnly]);
    expect(linesOf(keyed.only("aws_s3_bucket_policy").policy)).toEqual([
      tlsOnly,
      `DenyOtherKey: Deny AWS * s3:PutObject on ${BUCKET}/* ` +
        "if Null s3:x-amz-server-side-encryption-aws-kms-key-id false " +
        `and StringNotEquals s3:x-amz-server-side-encryption-aws-kms-key-id ${KEY_ARN}`,
      `DenyOtherEncryption: Deny AWS * s3:PutObject on ${BUCKET}/* ` +
        "if Null s3:x-amz-server-side-encryption false and StringNotEquals s3:x-amz-server-side-encryption aws:kms",
    ]);
  });
});
