import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { IAspect } from "cdktf";
import { IConstruct } from "constructs";

interface Taggable {
  readonly tagsInput?: { [key: string]: string };
  tags: { [key: string]: string };
}

/** Gives every resource that takes tags the same ones, besides its own. */
export class Tagging implements IAspect {
  public constructor(private readonly tags: { [key: string]: string }) {}

  public visit(node: IConstruct): void {
    // An object takes 10 tags, a bucket 50: what fits the environment may not fit it.
    if (!("tagsInput" in node) || node instanceof S3Object) return;
    const taggable = node as unknown as Taggable;
    taggable.tags = { ...this.tags, ...taggable.tagsInput };
  }
}
