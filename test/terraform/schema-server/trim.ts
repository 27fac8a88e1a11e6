import type { Attribute, Block, Flags, NestedBlock, ProviderSchema, Schema } from "./schema";

const FLAGS = ["required", "optional", "computed", "sensitive", "write_only", "deprecated"] as const;

type Named<T> = Readonly<Record<string, T>>;

function sorted<T, R>(all: Named<T>, made: (one: T) => R): Record<string, R> {
  const names = Object.keys(all).sort();
  return Object.fromEntries(names.map((name) => [name, made(all[name])]));
}

const flagsOf = (attribute: Flags): Flags =>
  Object.fromEntries(FLAGS.filter((flag) => attribute[flag]).map((flag) => [flag, true]));

function attributeOf(attribute: Attribute): Attribute {
  const flags = flagsOf(attribute);
  if (!attribute.nested_type) return { type: attribute.type, ...flags };
  const { nesting_mode, attributes } = attribute.nested_type;
  return { nested_type: { nesting_mode, attributes: sorted(attributes, attributeOf) }, ...flags };
}

const nestedOf = ({ nesting_mode, block, min_items, max_items }: NestedBlock): NestedBlock => ({
  nesting_mode,
  block: blockOf(block),
  ...(min_items && { min_items }),
  ...(max_items && { max_items }),
});

const blockOf = ({ attributes, block_types, deprecated }: Block): Block => ({
  ...(attributes && { attributes: sorted(attributes, attributeOf) }),
  ...(block_types && { block_types: sorted(block_types, nestedOf) }),
  ...(deprecated && { deprecated }),
});

const schemaOf = ({ version, block }: Schema): Schema => ({ version, block: blockOf(block) });

function picked(all: Named<Schema>, wanted: readonly string[], what: string): Named<Schema> {
  const missing = wanted.filter((name) => !(name in all));
  if (missing.length > 0) throw new Error(`the dump has no ${what} ${missing.join(", ")}`);
  return sorted(Object.fromEntries(wanted.map((name) => [name, all[name]])), schemaOf);
}

/**
 * The part of a provider's schema that gives the wanted types their form: names, types, flags, nesting and bounds, sorted.
 *
 * @param types resource types, and data sources as `data.aws_region`
 */
export function trimmed(schema: ProviderSchema, types: readonly string[]): ProviderSchema {
  const resources = types.filter((type) => !type.startsWith("data."));
  const data = types.filter((type) => type.startsWith("data.")).map((type) => type.slice("data.".length));
  return {
    provider: schemaOf(schema.provider),
    resource_schemas: picked(schema.resource_schemas ?? {}, resources, "resource type"),
    data_source_schemas: picked(schema.data_source_schemas ?? {}, data, "data source"),
  };
}

/** The types that a schema holds, as `trimmed` takes them. */
export function typesIn({ resource_schemas = {}, data_source_schemas = {} }: ProviderSchema): readonly string[] {
  return [...Object.keys(resource_schemas), ...Object.keys(data_source_schemas).map((type) => `data.${type}`)].sort();
}

/** One type a line: short, and a diff between two versions still names what changed. */
export function printed(address: string, schema: ProviderSchema): string {
  const lines = (all: Named<Schema> = {}) =>
    Object.entries(all).map(([type, one]) => `${JSON.stringify(type)}: ${JSON.stringify(one)}`);
  const object = (all?: Named<Schema>) => (lines(all).length === 0 ? "{}" : `{\n${lines(all).join(",\n")}\n}`);
  return [
    `{ "format_version": "1.0", "provider_schemas": { ${JSON.stringify(address)}: {`,
    `"provider": ${JSON.stringify(schema.provider)},`,
    `"resource_schemas": ${object(schema.resource_schemas)},`,
    `"data_source_schemas": ${object(schema.data_source_schemas)}`,
    "} } }",
    "",
  ].join("\n");
}
