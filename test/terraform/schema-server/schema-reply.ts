import type { Attribute, Block, NestedBlock, NestingMode, ProviderSchema, Schema } from "./schema";

// A schema as the protocol carries it

/** Said twice: Terraform need not ask for the schema again in one command. */
export const CAPABILITIES = { get_provider_schema_optional: true };

const mode = (nesting: NestingMode) => nesting.toUpperCase();

function attributeOf([name, attribute]: [string, Attribute]): object {
  const { type, nested_type, ...flags } = attribute;
  if (!nested_type) return { name, ...flags, type: Buffer.from(JSON.stringify(type)) };
  const attributes = Object.entries(nested_type.attributes).map(attributeOf);
  return { name, ...flags, nested_type: { nesting: mode(nested_type.nesting_mode), attributes } };
}

const nestedOf = ([type_name, { nesting_mode, block, ...bounds }]: [string, NestedBlock]): object => ({
  type_name,
  ...bounds,
  nesting: mode(nesting_mode),
  block: blockOf(block),
});

const blockOf = ({ attributes = {}, block_types = {}, deprecated }: Block): object => ({
  deprecated,
  attributes: Object.entries(attributes).map(attributeOf),
  block_types: Object.entries(block_types).map(nestedOf),
});

const schemaOf = ({ version, block }: Schema): object => ({ version, block: blockOf(block) });

const schemasOf = (all: Readonly<Record<string, Schema>> = {}) =>
  Object.fromEntries(Object.entries(all).map(([type, schema]) => [type, schemaOf(schema)]));

export function schemaReply(schema: ProviderSchema): object {
  return {
    provider: schemaOf(schema.provider),
    resource_schemas: schemasOf(schema.resource_schemas),
    data_source_schemas: schemasOf(schema.data_source_schemas),
    provider_meta: { block: {} },
    server_capabilities: CAPABILITIES,
  };
}
