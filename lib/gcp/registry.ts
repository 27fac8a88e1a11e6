import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkEnvironmentName, nameFor } from "../core/resource-names";
import { checkPattern } from "../core/validation";
import { checkProject, checkProjectNumber, checkRegion } from "./checks";
import { IEncryption } from "./encryption";
import { ProjectServices } from "./project-services";
import { REPOSITORY } from "./resource-names";
import { agentMember } from "./service-agents";

/** A repository that parts pull images from: the environment's own, or one that you bring. */
export interface IRegistry {
  /** Address to push to, without a tag. */
  readonly repositoryUrl: string;
  /** What must be done before an image is pulled. */
  readonly ready: ITerraformDependable[];
}

/** What a `Registry` is made from. */
export interface RegistryProps {
  /** The environment's name, which is also the repository's. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** Number of the project. */
  readonly projectNumber: string;

  /** The repository's region, for example `us-central1`. */
  readonly region: string;

  /** The key that images are encrypted with. */
  readonly encryption: IEncryption;

  /**
   * The APIs and agents of the project.
   *
   * @default - they are there already
   */
  readonly services?: ProjectServices;

  /**
   * Scan pushed images for known vulnerabilities. Billed by image.
   *
   * @default true
   */
  readonly scanImages?: boolean;

  /**
   * Refuse to plan the repository's end.
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
   * Use a repository that exists already. The agents of Vertex AI and Cloud Run must hold
   * `roles/artifactregistry.reader` on it.
   *
   * @param repositoryUrl address of the image, without a tag
   */
  public static fromRepository(repositoryUrl: string): IRegistry {
    const url = /^[a-z0-9-]+-docker\.pkg\.dev\/[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9._/-]+$/;
    const shape = "<region>-docker.pkg.dev/<project>/<repository>/<image>";
    checkPattern(
      "repositoryUrl",
      repositoryUrl,
      url,
      `the address of an image in Artifact Registry, ${shape}`,
      "leave the tag away",
    );
    return { repositoryUrl, ready: [] };
  }

  public readonly repositoryUrl: string;
  public readonly ready: ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkProjectNumber(props.projectNumber);
    checkRegion(props.region);
    const { project, region, encryption } = props;
    const repository = new ArtifactRegistryRepository(this, "Resource", {
      project,
      location: region,
      repositoryId: nameFor(REPOSITORY, props.name),
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      kmsKeyName: encryption.keyId,
      cleanupPolicyDryRun: false,
      dockerConfig: { immutableTags: true },
      vulnerabilityScanningConfig: { enablementConfig: (props.scanImages ?? true) ? "INHERITED" : "DISABLED" },
      // By age of untagged images only; whole seconds are the one form that does not drift.
      cleanupPolicies: [
        { id: "delete-untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "604800s" } },
      ],
      lifecycle: { preventDestroy: props.deletionProtection ?? true },
      dependsOn: encryption.ready,
    });
    // Images are pulled by Google's agents, never by the account that the container runs as.
    this.ready = ["aiplatform", "run"].map(
      (service) =>
        new ArtifactRegistryRepositoryIamMember(this, `${service}-pull`, {
          project,
          location: region,
          repository: repository.name,
          role: "roles/artifactregistry.reader",
          member: agentMember(service, props.projectNumber),
          dependsOn: props.services?.agentsReady,
        }),
    );
    this.repositoryUrl = `${region}-docker.pkg.dev/${project}/${repository.repositoryId}/classifier`;
  }
}
