import type { ObjectShape } from "./shape";
import { dynamic } from "./values/dynamic";
import { fromJson } from "./values/json";
import { type ObjectValue, Unknown, type Value } from "./values/value";

/** Values that a test wants instead of made-up ones: `{ "data.aws_region": { name: "eu-west-1" } }`. */
export type Answers = Readonly<Record<string, Readonly<Record<string, Json>>>>;
type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Puts the wanted values where the cloud would decide; what the user wrote stays. */
export function answered(value: ObjectValue, shape: ObjectShape, type: string, answers: Answers): ObjectValue {
  const wanted = Object.entries(answers[type] ?? {}).map(([name, json]): [string, Value] => {
    const field = shape.fields.get(name);
    if (!field) throw new Error(`answers: ${type} has no attribute ${name}`);
    return [name, field.shape.kind === "dynamic" ? dynamic(json as Value) : fromJson(json, field.shape)];
  });
  return { ...value, ...Object.fromEntries(wanted.filter(([name]) => value[name] instanceof Unknown)) };
}
