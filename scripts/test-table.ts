/** What one layer of tests came to. */
export interface Layer {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Why each test that did not run did not. */
  readonly notRun: readonly string[];
  readonly seconds: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const unique = (lines: readonly string[]) => [...new Set(lines)];

function row(cells: readonly (string | number)[]): string {
  const [name = "", ...numbers] = cells;
  return [String(name).padEnd(10), ...numbers.map((cell) => String(cell).padStart(8))].join(" ");
}

/**
 * The closing table, ended by one line with the totals, and whether the run counts as passed.
 *
 * A layer without a test has lost its files or its project: that is no success. On a workstation what could not run is
 * only named; where `strict` it is a failure.
 */
export function closing(layers: readonly Layer[], strict: boolean): { readonly text: string; readonly ok: boolean } {
  const empty = layers.filter(({ passed, failed, notRun }) => passed + failed + notRun.length === 0);
  const passed = sum(layers.map((layer) => layer.passed));
  const failed = sum(layers.map((layer) => layer.failed)) + empty.length;
  const skipped = sum(layers.map((layer) => layer.notRun.length));
  const lines = [
    "",
    row(["layer", "passed", "failed", "not run", "seconds"]),
    ...layers.map((layer) =>
      row([layer.name, layer.passed, layer.failed, layer.notRun.length, layer.seconds.toFixed(1)]),
    ),
    row(["total", passed, failed, skipped, sum(layers.map(({ seconds }) => seconds)).toFixed(1)]),
    "",
    ...empty.map(({ name }) => `${name} ran no test, which counts as a failure`),
    ...layers.flatMap((layer) => unique(layer.notRun).map((why) => `${layer.name}, ${why}`)),
    ...(strict && skipped > 0 ? ["with CI=true every test must run"] : []),
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
    "",
  ];
  return { text: lines.join("\n"), ok: failed === 0 && !(strict && skipped > 0) && layers.length > 0 };
}
