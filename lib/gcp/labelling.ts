import { IAspect } from "cdktf";
import { IConstruct } from "constructs";

type Labels = { [key: string]: string };

/** Gives every resource that takes labels the same ones, besides its own. */
export class Labelling implements IAspect {
  public constructor(private readonly labels: Labels) {}

  public visit(node: IConstruct): void {
    if ("userLabelsInput" in node) {
      const labelled = node as unknown as { readonly userLabelsInput?: Labels; userLabels: Labels };
      labelled.userLabels = { ...this.labels, ...labelled.userLabelsInput };
      // The other labels of a notification channel, which has both, are its address.
    } else if ("labelsInput" in node) {
      const labelled = node as unknown as { readonly labelsInput?: Labels; labels: Labels };
      labelled.labels = { ...this.labels, ...labelled.labelsInput };
    }
  }
}
