import type { Providers } from "./providers";
import { Terraform } from "./terraform";
import { Workspace } from "./workspace";

/** A configuration that is written by hand, and its Terraform. */
export class Deployment {
  public readonly terraform: Terraform;
  private readonly workspace = new Workspace();

  public constructor(configuration: object, providers: Providers) {
    this.write(configuration);
    this.terraform = new Terraform(this.workspace.folder(), providers.options);
  }

  /** Another configuration, for the same state. */
  public write(configuration: object): void {
    this.workspace.write(configuration);
  }

  public remove(): void {
    this.workspace.remove();
  }
}
