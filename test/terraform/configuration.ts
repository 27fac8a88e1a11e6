/** Terraform's JSON, to be changed in place. */
export type Json = null | string | number | boolean | Json[] | Arguments;

export interface Arguments {
  [name: string]: Json;
}

/** By type, then by name. */
export interface Blocks {
  [type: string]: { [name: string]: Arguments };
}

export interface Configuration {
  readonly terraform: Arguments;
  readonly provider: Arguments;
  readonly data: Blocks;
  readonly resource: Blocks;
  readonly output: Arguments;
}

/** The arguments at the end of a way through nested blocks: `at(service, "template", "containers", 0)`. */
export function at(from: Arguments, ...way: readonly (string | number)[]): Arguments {
  let json: Json = from;
  for (const step of way) {
    json = Array.isArray(json) ? json[Number(step)] : ((json as Arguments)[step] ?? null);
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw new Error(`no block ${way.join(".")}`);
  return json;
}
