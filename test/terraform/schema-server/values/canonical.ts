import { shapeOfType, type Shape } from "../shape";
import { opened } from "./dynamic";
import { isObject, Unknown, type Value } from "./value";

/** A text that is equal for equal values, in whatever order Terraform sends the elements of a set. */
export function canonical(value: Value | undefined, shape: Shape): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Unknown) return "?";
  if (shape.kind === "object" && isObject(value)) {
    return `{${[...shape.fields].map(([name, field]) => `${name}:${canonical(value[name], field.shape)}`).join()}}`;
  }
  if (shape.kind === "map" && isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key], shape.of)}`).join()}}`;
  }
  if ((shape.kind === "set" || shape.kind === "list") && Array.isArray(value)) {
    const elements = value.map((element) => canonical(element, shape.of));
    return `[${(shape.kind === "set" ? elements.sort() : elements).join()}]`;
  }
  const inside = shape.kind === "dynamic" ? opened(value) : undefined;
  if (inside) return canonical(inside.value, shapeOfType(inside.type));
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one));
}
