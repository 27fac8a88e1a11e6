import { DataResource, Fn } from "cdktf";
import { Construct } from "constructs";
import { EnvironmentBase } from "../core/environment";

/**
 * Eight characters that differ for each deployment, for names that stay taken after a destroy: key rings for ever, custom
 * roles and log buckets for days. One for an environment, or for a part that is used alone.
 */
export class Suffix extends Construct {
  public static of(part: Construct): string {
    const owner = part.node.scopes.find((scope) => scope instanceof EnvironmentBase) ?? part;
    const found = owner.node.tryFindChild("suffix") as Suffix | undefined;
    return (found ?? new Suffix(owner, "suffix")).text;
  }

  private readonly text: string;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.text = Fn.substr(new DataResource(this, "Resource", {}).id, 0, 8);
  }
}
