import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct, IConstruct } from "constructs";
import { EnvironmentBase } from "../core/environment";

/** The account that Terraform runs in: looked up once for an environment, or for a part that is used alone. */
export class Account extends Construct {
  public static of(part: Construct): Account {
    const scopes = part.node.scopes;
    const owner =
      scopes.find((scope) => scope instanceof EnvironmentBase) ?? scopes.find((scope) => Account.in(scope)) ?? part;
    return Account.in(owner) ?? new Account(owner, "account");
  }

  private static in(scope: IConstruct): Account | undefined {
    const child = scope.node.tryFindChild("account");
    return child instanceof Account ? child : undefined;
  }

  /** 12 digits, known to Terraform only. */
  public readonly id: string;

  private readonly partition: string;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.id = new DataAwsCallerIdentity(this, "identity", {}).accountId;
    this.partition = new DataAwsPartition(this, "partition", {}).partition;
  }

  /** ARN of something in this account and a region. */
  public arn(service: string, region: string, resource: string): string {
    return `arn:${this.partition}:${service}:${region}:${this.id}:${resource}`;
  }

  /** ARN of a bucket, or of `path` in it. */
  public bucketArn(bucket: string, path?: string): string {
    return `arn:${this.partition}:s3:::${bucket}${path === undefined ? "" : `/${path}`}`;
  }

  /** ARN of the account itself. */
  public rootArn(): string {
    return `arn:${this.partition}:iam::${this.id}:root`;
  }

  /** ARN of a policy that AWS manages. */
  public managedPolicyArn(name: string): string {
    return `arn:${this.partition}:iam::aws:policy/${name}`;
  }

  /** ARN of a Step Functions service integration. */
  public integrationArn(action: string): string {
    return `arn:${this.partition}:states:::${action}`;
  }
}
