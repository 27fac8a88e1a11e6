import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { checkLogRetention } from "./checks";
import { IEncryption } from "./encryption";

export interface LogGroupProps {
  readonly name: string;
  readonly encryption: IEncryption;
  /** Days; 365 when unset. */
  readonly retentionDays?: number;
}

/** A log group as every part wants it: encrypted, and kept for as long as the user said. */
export class LogGroup extends Construct {
  public readonly name: string;
  public readonly arn: string;

  public constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    checkLogRetention(props.retentionDays);
    const group = new CloudwatchLogGroup(this, "Resource", {
      name: props.name,
      retentionInDays: props.retentionDays ?? 365,
      kmsKeyId: props.encryption.keyArn,
    });
    this.name = group.name;
    this.arn = group.arn;
  }
}
