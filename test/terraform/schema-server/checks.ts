import { type Diagnostic, error, type Path, printedPath, warning } from "./diagnostic";
import type { Field, ObjectShape, Shape } from "./shape";
import { isObject, Unknown, type ObjectValue, type Value } from "./values/value";

/** What Terraform leaves to the provider and the schema already says. */
export function* check(value: Value, shape: Shape, path: Path = []): Generator<Diagnostic> {
  if (value === null || value instanceof Unknown) return;
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(value)) {
    for (const [i, element] of value.entries()) {
      const at = shape.kind === "set" ? path : [...path, i]; // what is in a set has no place
      if (element === null) yield nullInList(at, path);
      yield* check(element, shape.of, at);
    }
  } else if (shape.kind === "map" && isObject(value)) {
    for (const element of Object.values(value)) yield* check(element, shape.of, path);
  } else if (shape.kind === "object" && isObject(value)) {
    yield* checkMembers(value, shape, path);
  }
}

function* checkMembers(value: ObjectValue, { fields }: ObjectShape, path: Path): Generator<Diagnostic> {
  for (const [name, field] of fields) {
    const member = value[name] ?? null;
    const at = [...path, name];
    yield* field.block ? checkCount(member, field.block, at) : checkFlags(member, field, at);
    if (field.flags.deprecated && given(member, field)) yield deprecated(at);
    yield* check(member, field.shape, at);
  }
}

const given = (value: Value, { block }: Field) =>
  value !== null && !(block && Array.isArray(value) && value.length === 0);

function* checkCount(value: Value, { min, max }: { min: number; max: number }, at: Path): Generator<Diagnostic> {
  if (value instanceof Unknown) return; // from a `dynamic` whose length is not known yet
  const name = at[at.length - 1];
  const count = Array.isArray(value) ? value.length : Number(value !== null);
  if (max > 0 && count > max) {
    const detail = `No more than ${max} "${name}" blocks are allowed, got ${count}.`;
    yield error(at, `Too many ${name} blocks`, detail);
  }
  if (count < min) {
    const detail = `At least ${min} "${name}" blocks are required, got ${count}.`;
    yield error(at, `Insufficient ${name} blocks`, detail);
  }
}

function* checkFlags(value: Value, { flags }: Field, at: Path): Generator<Diagnostic> {
  const { required, optional, computed } = flags;
  if (value === null && required) {
    const detail = `The argument "${printedPath(at)}" is required, but no definition was found.`;
    yield error(at, "Missing required argument", detail);
  }
  if (value !== null && computed && !optional && !required) {
    const why = "its value will be decided automatically based on the result of applying this configuration";
    yield error(at, "Value for unconfigurable attribute", `Can't configure a value for "${printedPath(at)}": ${why}.`);
  }
}

const nullInList = (at: Path, list: Path) =>
  error(at, "Null value found in list", `Null values are not allowed for this attribute value: ${printedPath(list)}.`);

const deprecated = (at: Path) =>
  warning(at, "Argument is deprecated", `"${printedPath(at)}" is deprecated in this version of the provider.`);
