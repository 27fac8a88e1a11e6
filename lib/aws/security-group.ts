import { DataAwsPrefixList } from "@cdktf/provider-aws/lib/data-aws-prefix-list";
import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";

export interface SecurityGroupProps {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  /** How long to wait for the interfaces of a function to go, for example `45m`. */
  readonly deleteTimeout?: string;
}

/** What a group must know of its network to reach the cloud's services. */
export interface ServiceRoutes {
  readonly vpcCidr: string;
  readonly s3PrefixListId?: string;
}

/** A security group with no rule but those that are added by name. */
export class SecurityGroup extends Construct {
  public readonly id: string;

  public constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    this.id = new AwsSecurityGroup(this, "Resource", {
      name: props.name,
      description: props.description,
      vpcId: props.vpcId,
      timeouts: props.deleteTimeout === undefined ? undefined : { delete: props.deleteTimeout },
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  public allowFromCidr(id: string, description: string, cidr: string, port: number): void {
    new VpcSecurityGroupIngressRule(this, `from-${id}`, { ...this.tcp(description, port), cidrIpv4: cidr });
  }

  public allowFromGroup(id: string, description: string, group: SecurityGroup, port: number): void {
    new VpcSecurityGroupIngressRule(this, `from-${id}`, {
      ...this.tcp(description, port),
      referencedSecurityGroupId: group.id,
    });
  }

  public allowToGroup(id: string, description: string, group: SecurityGroup, port: number): void {
    new VpcSecurityGroupEgressRule(this, `to-${id}`, {
      ...this.tcp(description, port),
      referencedSecurityGroupId: group.id,
    });
  }

  /** All traffic between the members of the group: NCCL and Gloo choose their ports. */
  public allowAmongMembers(description: string): void {
    const rule = { securityGroupId: this.id, description, referencedSecurityGroupId: this.id, ipProtocol: "-1" };
    new VpcSecurityGroupIngressRule(this, "from-self", rule);
    new VpcSecurityGroupEgressRule(this, "to-self", rule);
  }

  /** HTTPS to the cloud's services: by their endpoints in a private network, else over the internet. */
  public allowToServices(network: ServiceRoutes, privateNetwork: boolean, region: string): void {
    const https = this.tcp("HTTPS to AWS services", 443);
    new VpcSecurityGroupEgressRule(this, "to-services", {
      ...https,
      cidrIpv4: privateNetwork ? network.vpcCidr : "0.0.0.0/0",
    });
    if (!privateNetwork) return;
    // S3 has a gateway endpoint: its addresses are not the VPC's. Image layers come from it, too.
    const prefixListId =
      network.s3PrefixListId ?? new DataAwsPrefixList(this, "s3", { name: `com.amazonaws.${region}.s3` }).id;
    new VpcSecurityGroupEgressRule(this, "to-s3", {
      ...this.tcp("S3 through the gateway endpoint", 443),
      prefixListId,
    });
  }

  private tcp(description: string, port: number) {
    return { securityGroupId: this.id, description, ipProtocol: "tcp", fromPort: port, toPort: port };
  }
}
