import { createHash } from "node:crypto";
import type { ObjectValue, Value } from "../values/value";

/** The object whose values are made up. */
export interface Maker {
  /** `aws_vpc`, or `data.aws_region`. */
  readonly type: string;
  /** `registry.terraform.io/hashicorp/aws` */
  readonly provider: string;
  /** Tells it from every other object. */
  readonly root: string;
  /** `root`, and the way to the value. */
  readonly seed: string;
  /** The arguments of the provider. */
  readonly settings: ObjectValue;
  /** Its own arguments. */
  readonly config: ObjectValue;
}

/** All that a made-up text may depend on: the same arguments give the same text. */
export interface About {
  readonly name: string;
  /** The type without the prefix of its provider, `storage-bucket`. */
  readonly kind: string;
  readonly ofData: boolean;
  /** The name that the user gave it, or one of its own. */
  readonly label: string;
  readonly region: string;
  readonly config: ObjectValue;
  readonly settings: ObjectValue;
  readonly root: string;
  readonly hex: string;
  readonly uuid: string;
  /** Where it stands in a made-up list. */
  readonly position: number;
}

/** A pattern for the name of an attribute, and the text for it; undefined leaves it to the next rule. */
export type Rule = readonly [RegExp, (about: About) => string | undefined];

export interface Cloud {
  /** Where things are that nobody placed. */
  readonly region: string;
  readonly rules: readonly Rule[];
}

export const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** A text that was given, or undefined. */
export const given = (value: Value | undefined) => (typeof value === "string" && value !== "" ? value : undefined);

export function aboutOf(name: string, { type, root, seed, settings, config }: Maker, region: string): About {
  const hex = digest(`${seed}.${name}`);
  const kind =
    type
      .replace(/^data\./, "")
      .split("_")
      .slice(1)
      .join("-") || type;
  return {
    name,
    kind,
    ofData: type.startsWith("data."),
    label: given(config.name) ?? given(config.bucket) ?? given(config.account_id) ?? `${kind}-${root.slice(0, 8)}`,
    region: given(config.region) ?? given(config.location) ?? given(settings.region) ?? region,
    config,
    settings,
    root,
    hex,
    uuid: [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
      "-",
    ),
    position: Number(/\.(\d+)$/.exec(seed)?.[1] ?? 0),
  };
}
