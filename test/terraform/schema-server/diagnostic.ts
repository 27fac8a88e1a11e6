/** Where a value is: names of attributes, positions in lists. */
export type Path = readonly (string | number)[];

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: { readonly steps: readonly object[] };
}

/** `template.containers[0].image` */
export function printedPath(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

function at(path: Path): Diagnostic["attribute"] {
  return {
    steps: path.map((step) => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step })),
  };
}

export const error = (path: Path, summary: string, detail: string): Diagnostic => ({
  severity: "ERROR",
  summary,
  detail,
  attribute: at(path),
});

export const warning = (path: Path, summary: string, detail: string): Diagnostic => ({
  ...error(path, summary, detail),
  severity: "WARNING",
});
