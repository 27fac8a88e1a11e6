import type { Attribute, Block, Flags, NestedBlock, NestingMode, Type } from "./schema";

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: ReadonlyMap<string, Field>;
}

/** One form for types, attributes, nested attributes and blocks: a value is always walked along its shape. */
export type Shape =
  | { readonly kind: "string" | "number" | "bool" | "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly of: Shape }
  | { readonly kind: "tuple"; readonly items: readonly Shape[] }
  | ObjectShape;

export interface Field {
  readonly shape: Shape;
  readonly flags: Flags;
  /** How many there may be, for a block. */
  readonly block?: { readonly min: number; readonly max: number };
  /** True for an attribute whose members have flags of their own. */
  readonly nested?: boolean;
}

export function shapeOfType(type: Type): Shape {
  if (typeof type === "string") return { kind: type };
  switch (type[0]) {
    case "object": {
      const fields = Object.entries(type[1]).map(
        ([name, of]) => [name, { shape: shapeOfType(of), flags: {} }] as const,
      );
      return { kind: "object", fields: new Map(fields) };
    }
    case "tuple":
      return { kind: "tuple", items: type[1].map(shapeOfType) };
    default:
      return { kind: type[0], of: shapeOfType(type[1]) };
  }
}

export function shapeOfBlock({ attributes = {}, block_types = {} }: Block): ObjectShape {
  const fields = new Map<string, Field>();
  for (const [name, attribute] of Object.entries(attributes)) fields.set(name, fieldOfAttribute(attribute));
  for (const [name, nested] of Object.entries(block_types)) fields.set(name, fieldOfBlock(nested));
  return { kind: "object", fields };
}

function fieldOfAttribute(attribute: Attribute): Field {
  if (!attribute.nested_type) return { shape: shapeOfType(attribute.type), flags: attribute };
  const { nesting_mode, attributes } = attribute.nested_type;
  const fields = Object.entries(attributes).map(([name, one]) => [name, fieldOfAttribute(one)] as const);
  return { shape: nest(nesting_mode, { kind: "object", fields: new Map(fields) }), flags: attribute, nested: true };
}

function fieldOfBlock({ nesting_mode, block, min_items = 0, max_items = 0 }: NestedBlock): Field {
  return {
    shape: nest(nesting_mode, shapeOfBlock(block)),
    flags: { deprecated: block.deprecated },
    block: { min: min_items, max: max_items },
  };
}

function nest(mode: NestingMode, of: Shape): Shape {
  return mode === "single" || mode === "group" ? of : { kind: mode, of };
}
