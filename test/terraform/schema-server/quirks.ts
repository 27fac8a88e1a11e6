import { type Diagnostic, error } from "./diagnostic";
import type { ObjectShape } from "./shape";
import type { ObjectValue, Value } from "./values/value";

// What every provider of a kind refuses although its schema does not say so

/** The SDK gives each resource an `id` that looks optional, and refuses one in a configuration. */
export function* checkId(config: ObjectValue, { fields }: ObjectShape): Generator<Diagnostic> {
  const id = fields.get("id")?.flags;
  if (id?.optional && id.computed && config.id !== null) {
    yield error(["id"], "Invalid or unknown key", "");
  }
}

/** azurerm wants its block `features`, even an empty one. */
export function* checkFeatures(address: string, config: ObjectValue): Generator<Diagnostic> {
  const features: Value = config.features ?? null;
  if (address.endsWith("/azurerm") && Array.isArray(features) && features.length === 0) {
    const detail = 'The argument "features" is required, but no definition was found.';
    yield error(["features"], "Missing required argument", detail);
  }
}
