import { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { GOOGLE_BETA } from "./google-beta-version";

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
      terraformGeneratorMetadata: GOOGLE_BETA,
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
