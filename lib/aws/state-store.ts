import { Construct } from "constructs";
import { checkEnvironmentName } from "../core/resource-names";
import { checkPattern } from "../core/validation";
import { Bucket, bucketNameOf } from "./bucket";
import { checkRegion } from "./checks";
import { IEncryption } from "./encryption";

/** What a `StateStore` is made from. */
export interface StateStoreProps {
  /** Name of the environments whose state it keeps. */
  readonly name: string;

  /** The bucket's region, for example `us-east-1`. */
  readonly region: string;

  /**
   * A key to encrypt state with. Whoever deploys must be allowed to use it.
   *
   * @default - a key of Amazon S3's own
   */
  readonly encryption?: IEncryption;
}

/**
 * A bucket for Terraform's state, in a stack of its own that is deployed first.
 *
 * Old versions are kept for 90 days, and a plan that would destroy the bucket fails: state is what finds everything else.
 */
export class StateStore extends Construct {
  /**
   * Name of the bucket, for a backend, which cannot refer to anything that Terraform learns later.
   *
   * @param name of the environments whose state it keeps
   * @param accountId 12 digits
   * @param region of the bucket
   */
  public static bucketNameFor(name: string, accountId: string, region: string): string {
    checkPattern("accountId", accountId, /^\d{12}$/, "the 12 digits of an AWS account", "leave hyphens away");
    checkEnvironmentName(name);
    checkRegion(region);
    return bucketNameOf(name, SUFFIX, accountId, region);
  }

  /** Name of the bucket: `<name>-state-<account>-<region>`. */
  public readonly bucketName: string;

  public constructor(scope: Construct, id: string, props: StateStoreProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    this.bucketName = new Bucket(this, "Resource", {
      name: props.name,
      region: props.region,
      suffix: SUFFIX,
      encryption: props.encryption,
      noncurrentVersionDays: 90,
      preventDestroy: true,
    }).bucketName;
  }
}

const SUFFIX = "state";
