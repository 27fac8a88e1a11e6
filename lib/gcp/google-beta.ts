import { ITerraformDependable, TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";

const GENERATOR = { providerName: "google-beta", providerVersion: "6.50.0", providerVersionConstraint: "~> 6.50" };

/** What a `GoogleBetaProvider` is configured with. */
export interface GoogleBetaProviderProps {
  /** Id of the project. */
  readonly project: string;

  /**
   * The region.
   *
   * @default - none
   */
  readonly region?: string;
}

/**
 * The google-beta provider. One resource type comes from it: the service agents that hold the key.
 *
 * Two small classes stand for it: its package weighs 300 MB.
 */
export class GoogleBetaProvider extends TerraformProvider {
  private readonly props: GoogleBetaProviderProps;

  public constructor(scope: Construct, id: string, props: GoogleBetaProviderProps) {
    super(scope, id, {
      terraformResourceType: "google-beta",
      terraformGeneratorMetadata: GENERATOR,
      terraformProviderSource: "hashicorp/google-beta",
    });
    this.props = props;
  }

  protected synthesizeAttributes(): { [name: string]: unknown } {
    const { project, region } = this.props;
    // A person's own credentials have no quota project of theirs.
    return { project, region, user_project_override: true, billing_project: project };
  }
}

export interface ProjectServiceIdentityProps {
  readonly project: string;
  /** For example `run.googleapis.com`. */
  readonly service: string;
  readonly provider: TerraformProvider;
  readonly dependsOn: ITerraformDependable[];
}

/** The agent of a service in a project, made now and not at the service's first use. */
export class ProjectServiceIdentity extends TerraformResource {
  private readonly props: ProjectServiceIdentityProps;

  public constructor(scope: Construct, id: string, props: ProjectServiceIdentityProps) {
    super(scope, id, {
      terraformResourceType: "google_project_service_identity",
      terraformGeneratorMetadata: GENERATOR,
      // By its prefix the type would belong to the google provider.
      provider: props.provider,
      dependsOn: props.dependsOn,
    });
    this.props = props;
  }

  protected synthesizeAttributes(): { [name: string]: unknown } {
    return { project: this.props.project, service: this.props.service };
  }
}
