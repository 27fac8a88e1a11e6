import type { Type } from "../schema";
import { type Field, shapeOfType, type Shape } from "../shape";
import { typed } from "./dynamic";
import { absentBlock, type Value } from "./value";

type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** The value that a state holds as JSON, with what the schema has gained and without what it has lost. */
export function fromJson(json: Json | undefined, shape: Shape): Value {
  if (json === null || json === undefined) return null;
  switch (shape.kind) {
    case "object": {
      const given = json as JsonObject;
      return Object.fromEntries([...shape.fields].map(([name, field]) => [name, member(given[name], field)]));
    }
    case "map":
      return Object.fromEntries(Object.entries(json as JsonObject).map(([key, one]) => [key, fromJson(one, shape.of)]));
    case "list":
    case "set":
      return (json as readonly Json[]).map((one) => fromJson(one, shape.of));
    case "tuple":
      return (json as readonly Json[]).map((one, i) => fromJson(one, shape.items[i]));
    case "dynamic": {
      const { type, value } = json as { readonly type: Type & Json; readonly value: Json };
      return typed(type, fromJson(value, shapeOfType(type)));
    }
    default:
      return json as string | number | boolean;
  }
}

function member(json: Json | undefined, field: Field): Value {
  return field.block && (json === null || json === undefined) ? absentBlock(field) : fromJson(json, field.shape);
}
