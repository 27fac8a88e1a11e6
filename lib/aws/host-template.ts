import { LaunchTemplate, LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";
import { Construct } from "constructs";
import { environmentTags } from "../core/tags";
import { IEncryption } from "./encryption";

export interface HostTemplateProps {
  /** Name of the environment. */
  readonly name: string;
  /** What tells the template apart: `train` or `serve`. */
  readonly suffix: string;
  readonly encryption: IEncryption;
  readonly tags?: { [key: string]: string };
  readonly volume: { readonly sizeGib: number; readonly iops?: number; readonly throughput?: number };
  /** What else the hosts are. */
  readonly more?: LaunchTemplateConfig;
}

/** What every EC2 host of an environment is started from: an encrypted disk, metadata by token only, tags on all of it. */
export class HostTemplate extends Construct {
  public readonly id: string;
  public readonly latestVersion: string;

  public constructor(scope: Construct, id: string, props: HostTemplateProps) {
    super(scope, id);
    const name = `${props.name}-${props.suffix}`;
    // Tags of the environment's resources do not reach what EC2 starts later; the budget counts by them.
    const tags = { ...environmentTags(props.name, props.tags), Name: name };
    const template = new LaunchTemplate(this, "Resource", {
      ...props.more,
      name,
      updateDefaultVersion: true,
      // One hop: a container with a network of its own cannot take the host's identity.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeSize: props.volume.sizeGib,
            volumeType: "gp3",
            iops: props.volume.iops,
            throughput: props.volume.throughput,
            encrypted: "true",
            kmsKeyId: props.encryption.keyArn,
            deleteOnTermination: "true",
          },
        },
      ],
      monitoring: { enabled: true },
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
    });
    this.id = template.id;
    // EC2 and Auto Scaling take the number as text, the provider gives it as a number.
    this.latestVersion = `${template.latestVersion}`;
  }
}
