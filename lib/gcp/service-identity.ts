import { ITerraformDependable, TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { GOOGLE_BETA } from "./google-beta-version";

export interface ProjectServiceIdentityProps {
  readonly project: string;
  /** For example `run.googleapis.com`. */
  readonly service: string;
  readonly provider: TerraformProvider;
  readonly dependsOn: ITerraformDependable[];
}

/** The agent of a service in a project, made now and not at the service's first use. */
export class ProjectServiceIdentity extends TerraformResource {
  public static readonly tfResourceType = "google_project_service_identity";

  private readonly props: ProjectServiceIdentityProps;

  public constructor(scope: Construct, id: string, props: ProjectServiceIdentityProps) {
    super(scope, id, {
      terraformResourceType: ProjectServiceIdentity.tfResourceType,
      terraformGeneratorMetadata: GOOGLE_BETA,
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
