import { closing, type Layer } from "../scripts/test-table";

const layer = (more: Partial<Layer> = {}): Layer => ({
  name: "unit",
  passed: 3,
  failed: 0,
  notRun: [],
  seconds: 1,
  ...more,
});
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("the closing table of npm test", () => {
  it("ends with one line that has the totals of all layers", () => {
    const { text, ok } = closing([layer(), layer({ name: "emulated", passed: 2 })], false);
    expect(lastLine(text)).toBe("5 passed, 0 failed");
    expect(ok).toBe(true);
  });

  it("fails if a test failed", () => {
    const { text, ok } = closing([layer({ failed: 1 })], false);
    expect(lastLine(text)).toBe("3 passed, 1 failed");
    expect(ok).toBe(false);
  });

  it("fails if a layer ran no test", () => {
    const { text, ok } = closing([layer(), layer({ name: "policy", passed: 0 })], false);
    expect(text).toContain("policy ran no test, which counts as a failure");
    expect(lastLine(text)).toBe("3 passed, 1 failed");
    expect(ok).toBe(false);
  });

  it.each([
    { strict: false, ok: true },
    { strict: true, ok: false },
  ])("names what did not run, and passes $ok where CI is $strict", ({ strict, ok }) => {
    const closed = closing([layer({ notRun: ["not run: terraform is not on PATH"] })], strict);
    expect(closed.text).toContain("unit, not run: terraform is not on PATH");
    expect(lastLine(closed.text)).toBe("3 passed, 0 failed, 1 skipped");
    expect(closed.ok).toBe(ok);
  });
});
