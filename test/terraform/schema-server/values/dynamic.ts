import type { Type } from "../schema";
import { isObject, type Value } from "./value";

// A value of type dynamic brings its type: [type as JSON bytes, value]

/** The type and the value, or undefined for what has none: null, unknown. */
export function opened(value: Value): { readonly type: Type; readonly value: Value } | undefined {
  if (!Array.isArray(value) || !(value[0] instanceof Uint8Array)) return undefined;
  return { type: JSON.parse(Buffer.from(value[0]).toString()) as Type, value: value[1] };
}

export function typed(type: Type, value: Value): Value {
  return [Buffer.from(JSON.stringify(type)), value];
}

/** With the type that Terraform would give such a value itself. */
export function dynamic(value: Value): Value {
  return typed(typeOf(value), value);
}

function typeOf(value: Value): Type {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (isObject(value)) {
    return ["object", Object.fromEntries(Object.entries(value).map(([name, of]) => [name, typeOf(of)]))];
  }
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return value === null ? "dynamic" : "number";
}
