import { Token } from "cdktf";
import { tagNeedsRegistry } from "../core/errors";
import { checkImageTag } from "../core/resource-names";
import { allow, Statement } from "./iam";
import { IRegistry } from "./registry";

// Amazon's own mirror of Docker Hub's official images: no pull limit for anonymous callers inside AWS.
export const PLACEHOLDER_IMAGE = "public.ecr.aws/docker/library/python:3.12-slim";

export interface ContainerImageProps {
  readonly registry?: IRegistry;
  readonly imageTag?: string;
  /** Whole address, in place of registry and tag. */
  readonly image?: string;
  /** `cpu` or `cuda`. */
  readonly flavour: string;
}

/** The image that a part runs, or none yet. */
export class ContainerImage {
  /** Unset: nothing was pushed yet, and a placeholder runs. */
  public readonly uri?: string;

  private readonly repositoryArn?: string;

  public constructor(props: ContainerImageProps) {
    checkImageTag(props.imageTag);
    if (props.image !== undefined) {
      this.uri = props.image;
      // Only a registry that was passed can say where an image is whose address Terraform learns later.
      this.repositoryArn = Token.isUnresolved(props.image)
        ? props.registry?.repositoryArn
        : repositoryArnOf(props.image);
      return;
    }
    this.repositoryArn = props.registry?.repositoryArn;
    if (props.imageTag === undefined) return;
    if (!props.registry) throw tagNeedsRegistry(props.imageTag);
    this.uri = `${props.registry.repositoryUrl}:${props.imageTag}-${props.flavour}`;
  }

  /** What a task execution role needs to pull it. */
  public pullStatements(): Statement[] {
    if (this.repositoryArn === undefined) return [];
    return [
      allow("Login", ["ecr:GetAuthorizationToken"], "*"),
      allow(
        "Pull",
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        this.repositoryArn,
      ),
    ];
  }
}

/** The repository of an image in Amazon ECR. Images elsewhere need no right. */
function repositoryArnOf(image: string): string | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([^:@]+)/.exec(image);
  if (!match) return undefined;
  const [, account, region, china, repository] = match;
  return `arn:aws${china ? "-cn" : ""}:ecr:${region}:${account}:repository/${repository}`;
}
