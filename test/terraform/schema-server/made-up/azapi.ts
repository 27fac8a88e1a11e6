import { dynamic, opened } from "../values/dynamic";
import { isObject, type ObjectValue, type Value } from "../values/value";
import type { Maker } from "./about";
import { madeUpText } from "./text";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** azapi's `output`: the paths that `response_export_values` asks for, and nothing else. All are texts. */
export function exported(maker: Maker): Value {
  const asked = opened(maker.config.response_export_values ?? null)?.value ?? null;
  const output: ObjectValue = {};
  if (Array.isArray(asked)) {
    for (const path of asked) if (typeof path === "string" && path !== "*") put(output, path.split("."), maker);
  } else if (isObject(asked)) {
    for (const name of Object.keys(asked)) output[name] = madeUpText(name, maker);
  }
  return dynamic(output);
}

function put(into: ObjectValue, [name, ...rest]: readonly string[], maker: Maker): void {
  if (rest.length === 0) {
    into[name] = madeUpText(snake(name), maker);
    return;
  }
  const deeper = into[name];
  const next: ObjectValue = isObject(deeper) ? deeper : {};
  into[name] = next;
  put(next, rest, maker);
}
