import { Token } from "cdktf";
import { mustBe, unknownAtSynth } from "./errors";

// A token stands for a value that only Terraform will know: it passes every check.
const isKnown = (value: unknown): boolean => value !== undefined && !Token.isUnresolved(value);

/** Bounds of a number, in the words of the message. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** What to do about a value outside. */
  readonly fix: string;
}

export function checkInteger(prop: string, value: number | undefined, range: Range): void {
  if (value === undefined || !isKnown(value)) return;
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return;
  throw mustBe(prop, `a whole number from ${range.min} to ${range.max}`, value, range.fix);
}

export function checkNumber(prop: string, value: number | undefined, range: Range): void {
  if (value === undefined || !isKnown(value)) return;
  if (value >= range.min && value <= range.max) return;
  throw mustBe(prop, `a number from ${range.min} to ${range.max}`, value, range.fix);
}

export function checkOneOf(prop: string, value: number | undefined, allowed: readonly number[], fix: string): void {
  if (value === undefined || !isKnown(value) || allowed.includes(value)) return;
  throw mustBe(prop, `one of ${allowed.join(", ")}`, value, fix);
}

/** `pattern` must be anchored; `allowed` says in words what it lets through. */
export function checkPattern(
  prop: string,
  value: string | undefined,
  pattern: RegExp,
  allowed: string,
  fix: string,
): void {
  if (value === undefined || !isKnown(value) || pattern.test(value)) return;
  throw mustBe(prop, allowed, value, fix);
}

export function checkEmails(prop: string, values: string[]): void {
  if (Token.isUnresolved(values)) return;
  for (const value of values)
    checkPattern(prop, value, /^[^@\s]+@[^@\s]+$/, "addresses with one @ and no spaces", "correct or remove it");
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) throw mustBe(prop, "different addresses", repeated, "name it once");
}

/** For what decides which resources there are: no token passes. */
export function checkKnown(prop: string, value: unknown, fix: string): void {
  if (Token.isUnresolved(value)) throw unknownAtSynth(prop, value, fix);
}

/** Refuses a prop that another prop has made meaningless. */
export function checkUnset(prop: string, value: unknown, when: string, fix: string): void {
  if (value !== undefined) throw mustBe(prop, `unset ${when}`, value, fix);
}
