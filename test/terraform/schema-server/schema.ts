import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

// The format of `terraform providers schema -json`

export type Type =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", Type]
  | readonly ["object", Readonly<Record<string, Type>>]
  | readonly ["tuple", readonly Type[]];

export type NestingMode = "single" | "group" | "list" | "set" | "map";

/** A flag that is absent is false. */
export interface Flags {
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
  readonly deprecated?: boolean;
}

export interface TypedAttribute extends Flags {
  readonly type: Type;
  readonly nested_type?: undefined;
}

export interface NestedAttribute extends Flags {
  readonly type?: undefined;
  readonly nested_type: {
    readonly nesting_mode: NestingMode;
    readonly attributes: Readonly<Record<string, Attribute>>;
  };
}

export type Attribute = TypedAttribute | NestedAttribute;

export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
  readonly deprecated?: boolean;
}

/** A bound that is absent is 0; a maximum of 0 is none. */
export interface NestedBlock {
  readonly nesting_mode: NestingMode;
  readonly block: Block;
  readonly min_items?: number;
  readonly max_items?: number;
}

export interface Schema {
  readonly version: number;
  readonly block: Block;
}

export interface ProviderSchema {
  readonly provider: Schema;
  readonly resource_schemas?: Readonly<Record<string, Schema>>;
  readonly data_source_schemas?: Readonly<Record<string, Schema>>;
}

export interface Schemas {
  readonly format_version: string;
  /** By address, `registry.terraform.io/hashicorp/aws`, in lower case. */
  readonly provider_schemas: Readonly<Record<string, ProviderSchema>>;
}

/** Reads what Terraform printed, or what was made from it; `.gz` as well. */
export function readSchemas(file: string): Schemas {
  const raw = readFileSync(file);
  return JSON.parse((file.endsWith(".gz") ? gunzipSync(raw) : raw).toString("utf8")) as Schemas;
}
