import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkEnvironmentName, nameFor } from "../core/resource-names";
import { checkPattern } from "../core/validation";
import { IEncryption } from "./encryption";
import { policyDocument } from "./iam";
import { REPOSITORY } from "./resource-names";

/** A repository that parts pull images from: the environment's own, or one that you bring. */
export interface IRegistry {
  /** Address to push to, without a tag. */
  readonly repositoryUrl: string;
  /** ARN of the Amazon ECR repository. */
  readonly repositoryArn: string;

  /**
   * Lets Lambda functions pull.
   *
   * @param functionArnPattern ARN of the functions, with `*` for what is not known
   * @returns what a function must wait for
   */
  allowFunctionPull(functionArnPattern: string): ITerraformDependable[];
}

/** What a `Registry` is made from. */
export interface RegistryProps {
  /** The environment's name, which is also the repository's. */
  readonly name: string;

  /** The key that images are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * Keep the repository from being destroyed while it holds images.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * Where the environment's container images are pushed to and pulled from.
 *
 * Tags are immutable, so a tag names the same bits for ever and a deployment can be repeated.
 */
export class Registry extends Construct implements IRegistry {
  /**
   * Use a repository that exists already.
   *
   * For an endpoint on Lambda its policy must let `lambda.amazonaws.com` pull.
   *
   * @param repositoryUrl address to push to, without a tag
   * @param repositoryArn ARN of the Amazon ECR repository
   */
  public static fromRepository(repositoryUrl: string, repositoryArn: string): IRegistry {
    const url = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+$/;
    const arn = /^arn:aws[a-z-]*:ecr:[a-z0-9-]+:\d{12}:repository\/.+$/;
    const shape = "<account>.dkr.ecr.<region>.amazonaws.com/<repository>";
    checkPattern(
      "repositoryUrl",
      repositoryUrl,
      url,
      `the address of an Amazon ECR repository, ${shape}`,
      "leave the tag away",
    );
    checkPattern(
      "repositoryArn",
      repositoryArn,
      arn,
      "the ARN of an Amazon ECR repository",
      "copy it from the console",
    );
    return { repositoryUrl, repositoryArn, allowFunctionPull: () => [] };
  }

  public readonly repositoryUrl: string;
  public readonly repositoryArn: string;

  private readonly repository: EcrRepository;

  public constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id);
    checkEnvironmentName(props.name);

    this.repository = new EcrRepository(this, "Resource", {
      name: nameFor(REPOSITORY, props.name),
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: props.encryption.keyArn }],
      forceDelete: !(props.deletionProtection ?? true),
    });

    // By age of untagged images only: a rule that counts tagged ones could expire the tag that is running.
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: this.repository.name,
      policy: JSON.stringify({ rules: [EXPIRE_UNTAGGED] }),
    });

    this.repositoryUrl = this.repository.repositoryUrl;
    this.repositoryArn = this.repository.arn;
  }

  public allowFunctionPull(functionArnPattern: string): ITerraformDependable[] {
    const policy = new EcrRepositoryPolicy(this, "policy", {
      repository: this.repository.name,
      policy: policyDocument([
        {
          // The statement and the Sid that Lambda would add by itself.
          Sid: "LambdaECRImageRetrievalPolicy",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Condition: { ArnLike: { "aws:SourceArn": functionArnPattern } },
        },
      ]),
    });
    return [policy];
  }
}

const EXPIRE_UNTAGGED = {
  rulePriority: 1,
  description: "Untagged images are left over from pushes that failed",
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
  action: { type: "expire" },
};
