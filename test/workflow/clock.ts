/**
 * A clock that only sleeping moves: once all that run are asleep it is the time at which the first of them wakes.
 *
 * Hours pass in no time, and several executions at once meet in the same order every time.
 */
export class Clock {
  private readonly running = new Set<string>();
  private readonly asleep = new Map<string, { readonly until: number; readonly wake: () => void }>();

  /** Starts at `now`, seconds since 1970. */
  public constructor(public now: number) {}

  public start(name: string): void {
    this.running.add(name);
  }

  public stop(name: string): void {
    this.running.delete(name);
    this.advance();
  }

  public sleep(name: string, seconds: number): Promise<void> {
    return new Promise((wake) => {
      this.asleep.set(name, { until: this.now + seconds, wake });
      this.advance();
    });
  }

  private advance(): void {
    if (this.asleep.size === 0 || this.asleep.size < this.running.size) return;
    const [[name, first]] = [...this.asleep].sort(([, one], [, other]) => one.until - other.until);
    this.asleep.delete(name);
    this.now = first.until;
    first.wake();
  }
}
