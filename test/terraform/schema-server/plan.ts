import type { Shape } from "./shape";
import { canonical } from "./values/canonical";
import { isObject, UNKNOWN, Unknown, type Value } from "./values/value";

/** The state that Terraform is promised: the prior one where nothing changes. */
export function plannedState(prior: Value, proposed: Value, shape: Shape): Value {
  const wanted = paired(proposed, prior, shape);
  const same = prior !== null && wanted !== null && canonical(prior, shape) === canonical(wanted, shape);
  return same ? prior : planned(wanted, shape);
}

/** What the provider will decide becomes unknown; write-only values leave the plan. */
export function planned(value: Value, shape: Shape): Value {
  if (value === null || value instanceof Unknown) return value;
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(value)) {
    return value.map((element) => planned(element, shape.of));
  }
  if (shape.kind === "map" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, planned(element, shape.of)]));
  }
  if (shape.kind !== "object" || !isObject(value)) return value;
  const members = [...shape.fields].map(([name, field]): [string, Value] => {
    const member = value[name] ?? null;
    if (field.flags.write_only) return [name, null];
    if (member === null && field.flags.computed) return [name, UNKNOWN];
    return [name, field.block || field.nested ? planned(member, field.shape) : member];
  });
  return Object.fromEntries(members);
}

/** Terraform pairs elements of lists and maps with their prior ones. Those of sets that hold computed values are paired here. */
function paired(value: Value | undefined, prior: Value | undefined, shape: Shape): Value {
  if (value === undefined || value === null) return null;
  if (prior === null || prior === undefined || value instanceof Unknown) return value;
  if (shape.kind === "object" && isObject(value) && isObject(prior)) {
    const members = [...shape.fields].map(([name, field]) => [name, paired(value[name], prior[name], field.shape)]);
    return Object.fromEntries(members);
  }
  if (shape.kind === "map" && isObject(value) && isObject(prior)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) => [key, paired(element, prior[key], shape.of)]),
    );
  }
  if (!Array.isArray(value) || !Array.isArray(prior)) return value;
  if (shape.kind === "list") return value.map((element, i) => paired(element, prior[i], shape.of));
  if (shape.kind !== "set") return value;
  const left = [...prior];
  return value.map((element) => {
    const at = left.findIndex((one) => fits(element, one, shape.of));
    return at < 0 ? element : left.splice(at, 1)[0];
  });
}

/** Whether a prior value is what applying this one would have given. */
function fits(value: Value | undefined, prior: Value, shape: Shape, computed = false): boolean {
  if (value === null || value === undefined) return computed || prior === null;
  if (shape.kind === "object" && isObject(value) && isObject(prior)) {
    return [...shape.fields].every(([name, { shape: of, flags }]) =>
      fits(value[name], prior[name], of, flags.computed ?? false),
    );
  }
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(value) && Array.isArray(prior)) {
    if (value.length !== prior.length) return false;
    return shape.kind === "list"
      ? value.every((element, i) => fits(element, prior[i], shape.of))
      : value.every((element) => prior.some((one) => fits(element, one, shape.of)));
  }
  return canonical(value, shape) === canonical(prior, shape);
}
