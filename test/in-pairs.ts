/**
 * Starts work on every item, two at a time: most of it is programs that keep one core busy, and there are two at least.
 *
 * @returns the result of each item, to be awaited where it is asserted
 */
export function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Map<T, Promise<R>> {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  const results = new Map<T, Promise<R>>();
  items.forEach((item, index) => {
    const lane = index % lanes.length;
    const result = lanes[lane].then(() => work(item));
    // What failed is told where it is awaited, and holds up nothing else
    lanes[lane] = result.catch(() => undefined);
    results.set(item, result);
  });
  return results;
}
