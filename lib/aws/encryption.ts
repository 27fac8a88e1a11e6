import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { checkEnvironmentName } from "../core/resource-names";
import { checkPattern } from "../core/validation";
import { Account } from "./account";
import { checkRegion } from "./checks";
import { policyDocument, Statement } from "./iam";

/** A key that parts encrypt with: the environment's own, or one that you bring. */
export interface IEncryption {
  /** ARN of the AWS KMS key. */
  readonly keyArn: string;
}

/** What an `Encryption` is made from. */
export interface EncryptionProps {
  /** The environment's name; the alias is `alias/<name>`. */
  readonly name: string;

  /** The region that the key is used in, for example `us-east-1`. */
  readonly region: string;

  /**
   * Wait 30 days instead of 7 between `destroy` and the end of the key, and of all that it encrypted.
   *
   * @default true
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
   */
  readonly deletionProtection?: boolean;
}

/** One AWS KMS key, rotated every year, that everything of an environment is encrypted with. */
export class Encryption extends Construct implements IEncryption {
  /**
   * Use a key that exists already.
   *
   * Its policy must hold the statements Logs, Alerts, Events and Volumes that `Encryption` gives its own key: without
   * them log groups cannot be made, alarms are dropped without a word, and training nodes do not start.
   *
   * @param keyArn ARN of the key, not of an alias
   */
  public static fromKeyArn(keyArn: string): IEncryption {
    checkPattern(
      "keyArn",
      keyArn,
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
      "the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
      "an alias or a bare id does not do",
    );
    return { keyArn };
  }

  /** ARN of the AWS KMS key. */
  public readonly keyArn: string;

  public constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    const key = new KmsKey(this, "Resource", {
      description: `Encrypts the ${props.name} environment`,
      enableKeyRotation: true,
      deletionWindowInDays: (props.deletionProtection ?? true) ? 30 : 7,
      policy: policyDocument(keyPolicy(Account.of(this), props.name, props.region)),
    });
    new KmsAlias(this, "alias", { name: `alias/${props.name}`, targetKeyId: key.keyId });
    this.keyArn = key.arn;
  }
}

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

function keyPolicy(account: Account, name: string, region: string): Statement[] {
  const forService = (
    sid: string,
    service: string | string[],
    actions: string[],
    condition: Statement["Condition"],
  ): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: actions,
    Resource: "*",
    Condition: condition,
  });
  return [
    { Sid: "Account", Effect: "Allow", Principal: { AWS: account.rootArn() }, Action: "kms:*", Resource: "*" },
    forService("Logs", `logs.${region}.amazonaws.com`, USE, {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": account.arn("logs", region, "*") },
    }),
    forService(
      "Alerts",
      ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"],
      ["kms:Decrypt", "kms:GenerateDataKey*"],
      {
        StringEquals: { "aws:SourceAccount": account.id },
      },
    ),
    // EventBridge sends no aws:Source* to the key of a topic: a condition on them drops its messages without a trace.
    forService("Events", "events.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], {
      StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": account.arn("sns", region, `${name}-alerts`) },
    }),
    // Whoever in this account launches an instance through EC2: no service-linked role has to exist before the key.
    {
      Sid: "Volumes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [...USE.slice(0, 4), "kms:CreateGrant", "kms:DescribeKey"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": account.id, "kms:ViaService": `ec2.${region}.amazonaws.com` },
      },
    },
  ];
}
