import type { Flags } from "../schema";
import type { Shape } from "../shape";
import { absentBlock, isObject, UNKNOWN, Unknown, type Value } from "../values/value";
import type { Maker } from "./about";
import { exported } from "./azapi";
import { madeUpText } from "./text";

const inside = (maker: Maker, ...steps: readonly (string | number)[]): Maker => ({
  ...maker,
  seed: [maker.seed, ...steps].join("."),
});

/** What is there after an apply: what was known, and made-up values for the rest. */
export function settled(value: Value, shape: Shape, name: string, flags: Flags, maker: Maker): Value {
  if (value instanceof Unknown) return madeUp(shape, name, flags, maker);
  if (value === null) return value;
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(value)) {
    return value.map((element, i) => settled(element, shape.of, name, {}, inside(maker, name, i)));
  }
  if (shape.kind === "map" && isObject(value)) {
    const settledAt = (key: string) => settled(value[key], shape.of, key, {}, inside(maker, name, key));
    return Object.fromEntries(Object.keys(value).map((key) => [key, settledAt(key)]));
  }
  if (shape.kind !== "object" || !isObject(value)) return value;
  const deeper = name === "" ? maker : inside(maker, name);
  const members = [...shape.fields].map(([key, field]) => [
    key,
    settled(value[key] ?? null, field.shape, key, field.flags, deeper),
  ]);
  return Object.fromEntries(members);
}

function madeUp(shape: Shape, name: string, flags: Flags, maker: Maker): Value {
  switch (shape.kind) {
    case "bool":
      return /^(exists|ready|enabled)$/.test(name);
    case "number":
      if (/port/.test(name)) return 443;
      return /number/.test(name) ? 123456789012 : 1;
    case "string":
      return madeUpText(name, maker);
    case "dynamic":
      return exported(maker);
    case "map":
      return copied(name, maker);
    case "tuple":
      return shape.items.map((of, i) => madeUp(of, `${name}${i}`, {}, maker));
    case "object": {
      const members = [...shape.fields].map(([key, field]) => [key, field.block ? absentBlock(field) : UNKNOWN]);
      return settled(Object.fromEntries(members), shape, name, {}, maker);
    }
    default:
      return Array.from({ length: lengthOf(shape.of, flags) }, (_, i) =>
        madeUp(shape.of, name, {}, inside(maker, name, i)),
      );
  }
}

/** Three texts: enough to pick a zone from. Objects that the user could have written stay absent. */
function lengthOf(of: Shape, flags: Flags): number {
  if (of.kind === "string") return 3;
  return of.kind === "object" && flags.optional ? 0 : 1;
}

/** Tags and labels come back as they were given. */
function copied(name: string, { config }: Maker): Value {
  const from = name === "tags_all" ? config.tags : /^(effective|terraform)_labels$/.test(name) ? config.labels : {};
  return isObject(from) ? from : {};
}
