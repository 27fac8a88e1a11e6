import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { nameFor } from "../core/resource-names";
import { Account } from "./account";
import { ROLE } from "./resource-names";

/** One statement of a policy, spelled as AWS spells it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: { readonly [kind: string]: string | string[] };
  readonly Action: string | string[];
  /** Unset where the policy belongs to the resource itself and the service takes none. */
  readonly Resource?: string | string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}

export function policyDocument(statements: Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function allow(sid: string, actions: string[], resource: string | string[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

/** Refuses whatever does not come over TLS. */
export function denyPlaintext(action: string, resource: string | string[]): Statement {
  const condition = { Bool: { "aws:SecureTransport": "false" } };
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: action,
    Resource: resource,
    Condition: condition,
  };
}

export interface ServiceRoleProps {
  /** Name of the environment and region: role names are unique in an account, not in a region. */
  readonly name: string;
  readonly region: string;
  /** What tells the role apart, for example `train-job`. */
  readonly suffix: string;
  /** Who assumes it, for example `ecs-tasks.amazonaws.com`. */
  readonly service: string;
  /** What the role may do; unset for none of its own. */
  readonly statements?: Statement[];
}

// EC2 sends no aws:SourceAccount when it assumes a role, and nothing documents that Lambda does.
const WITHOUT_SOURCE_ACCOUNT = ["ec2.amazonaws.com", "lambda.amazonaws.com"];

/** A role for one service to assume, in this account only, with one inline policy. */
export class ServiceRole extends Construct {
  public readonly arn: string;

  /** What must exist before the role can be used: resources that use it at once depend on this. */
  public readonly policy?: IamRolePolicy;

  public constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const account = Account.of(this);
    const condition = { StringEquals: { "aws:SourceAccount": account.id } };
    const role = new IamRole(this, "Resource", {
      name: nameFor(ROLE, props.name, props.region, props.suffix),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: props.service },
            ...(WITHOUT_SOURCE_ACCOUNT.includes(props.service) ? {} : { Condition: condition }),
          },
        ],
      }),
    });
    if (props.statements) {
      this.policy = new IamRolePolicy(this, "policy", {
        name: "inline",
        role: role.id,
        policy: policyDocument(props.statements),
      });
    }
    this.arn = role.arn;
  }
}

/** The identity of an EC2 instance that registers with ECS: nothing but what the ECS agent needs. */
export class ContainerInstanceRole extends Construct {
  public readonly instanceProfileArn: string;
  public readonly attachment: IamRolePolicyAttachment;

  public constructor(scope: Construct, id: string, props: { name: string; region: string; suffix: string }) {
    super(scope, id);
    const name = nameFor(ROLE, props.name, props.region, props.suffix);
    const role = new IamRole(this, "Resource", {
      name,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
      }),
    });
    this.attachment = new IamRolePolicyAttachment(this, "attachment", {
      role: role.name,
      policyArn: Account.of(this).managedPolicyArn("service-role/AmazonEC2ContainerServiceforEC2Role"),
    });
    this.instanceProfileArn = new IamInstanceProfile(this, "profile", { name, role: role.name }).arn;
  }
}
