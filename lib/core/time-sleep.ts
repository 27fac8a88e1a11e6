import { ITerraformDependable, TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";

const GENERATOR = { providerName: "time", providerVersion: "0.13.1", providerVersionConstraint: ">= 0.9, < 1" };

/** The provider of waits. Clouds whose changes take a while to be seen everywhere need it. */
export class TimeProvider extends TerraformProvider {
  public constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: "time",
      terraformGeneratorMetadata: GENERATOR,
      terraformProviderSource: "hashicorp/time",
    });
  }
}

export interface TimeSleepProps {
  /** For how long after what it depends on, for example `90s`. */
  readonly createDuration: string;
  readonly dependsOn: ITerraformDependable[];
  /** The wait is repeated when one of these changes. */
  readonly triggers?: { [name: string]: string };
}

/** A wait, by the `time` provider: two attributes are all we need of it. */
export class TimeSleep extends TerraformResource {
  public static readonly tfResourceType = "time_sleep";

  private readonly props: TimeSleepProps;

  public constructor(scope: Construct, id: string, props: TimeSleepProps) {
    super(scope, id, {
      terraformResourceType: TimeSleep.tfResourceType,
      terraformGeneratorMetadata: GENERATOR,
      dependsOn: props.dependsOn,
    });
    this.props = props;
  }

  protected synthesizeAttributes(): { [name: string]: unknown } {
    return { create_duration: this.props.createDuration, triggers: this.props.triggers };
  }
}
