import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";

/** A temporary folder to synthesize into, so that no test sees the files or the state of another. */
export class Workspace {
  public readonly outdir = mkdtempSync(join(tmpdir(), "workspace-"));

  /** Where a stack's cdk.tf.json lies, and where Terraform runs. */
  public folder(stack = "test"): string {
    return join(this.outdir, "stacks", stack);
  }

  /** Writes one stack, with all validations on. Written again it is a changed stack with the same state. */
  public synth(add: (stack: TerraformStack) => void): void {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, "test");
    add(stack);
    app.synth();
  }

  public remove(): void {
    rmSync(this.outdir, { recursive: true, force: true });
  }
}
