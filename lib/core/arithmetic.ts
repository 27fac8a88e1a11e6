import { Fn, Op, Token } from "cdktf";

/**
 * Sums on numbers of which some may be known only to Terraform: a token is a stand-in number, and JavaScript would
 * happily multiply it into nonsense. With a token in them, these become Terraform expressions.
 */
export function multiply(...factors: number[]): number {
  return factors.reduce((a, b) => combine(a, b, (x, y) => x * y, Op.mul));
}

export function add(a: number, b: number): number {
  return combine(a, b, (x, y) => x + y, Op.add);
}

export function divide(a: number, b: number): number {
  return combine(a, b, (x, y) => x / y, Op.div);
}

/** Whole-number quotient, rounded down. */
export function divideDown(a: number, b: number): number {
  return roundDown(divide(a, b));
}

export function roundDown(value: number): number {
  return Token.isUnresolved(value) ? Token.asNumber(Fn.floor(value)) : Math.floor(value);
}

/** The larger of the two. */
export function atLeast(least: number, value: number): number {
  return Token.isUnresolved(value) ? Token.asNumber(Fn.max([least, value])) : Math.max(least, value);
}

function combine(a: number, b: number, plain: (a: number, b: number) => number, later: typeof Op.mul): number {
  return Token.isUnresolved(a) || Token.isUnresolved(b) ? Token.asNumber(later(a, b)) : plain(a, b);
}

/** A number as text, for arguments that Terraform wants quoted. */
export function asText(value: number): string {
  return Token.isUnresolved(value) ? Token.asString(value) : String(value);
}
