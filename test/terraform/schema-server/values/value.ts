import type { Field } from "../shape";

/** A value that is not known yet. Its bytes keep what Terraform knows of it, "not null" or a prefix. */
export class Unknown {
  public constructor(
    public readonly type: number,
    public readonly data: Uint8Array,
  ) {}
}

export const UNKNOWN = new Unknown(0, new Uint8Array([0]));

export interface ObjectValue {
  [name: string]: Value;
}

/** Bytes occur in values of type dynamic only: the type, as JSON. */
export type Value = null | string | number | bigint | boolean | Unknown | Uint8Array | Value[] | ObjectValue;

export function isObject(value: Value | undefined): value is ObjectValue {
  if (value === null || typeof value !== "object") return false;
  return !Array.isArray(value) && !(value instanceof Unknown) && !(value instanceof Uint8Array);
}

/** What a block is that nobody wrote: there is no null of it, except where one at most is nested. */
export function absentBlock({ shape }: Field): Value {
  if (shape.kind === "object") return null;
  return shape.kind === "map" ? {} : [];
}
