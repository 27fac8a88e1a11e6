import { add, asText, atLeast, divide, divideDown, multiply, roundDown } from "../../lib/core/arithmetic";
import { Later } from "./tokens";

describe("sums on numbers that are known", () => {
  test("are plain numbers", () => {
    expect(multiply(4, 3, 2)).toBe(24);
    expect(multiply(4)).toBe(4);
    expect(add(4, 3)).toBe(7);
    expect(divide(1100, 1000)).toBe(1.1);
    expect([roundDown(2.9), roundDown(2)]).toEqual([2, 2]);
    expect([divideDown(480_000, 700), divideDown(6, 3)]).toEqual([685, 2]);
    expect([atLeast(1, 0), atLeast(1, 2)]).toEqual([1, 2]);
    expect(asText(0.5)).toBe("0.5");
  });
});

describe("sums on numbers that only Terraform knows", () => {
  test.each<[what: string, sum: (nodes: number) => number, written: string]>([
    ["a product", (nodes) => multiply(4, nodes), "${(4 * var.nodes)}"],
    ["a product of three", (nodes) => multiply(4, nodes, 2), "${((4 * var.nodes) * 2)}"],
    ["a product of two unknowns", (nodes) => multiply(nodes, nodes), "${(var.nodes * var.nodes)}"],
    ["a sum", (nodes) => add(nodes, 1), "${(var.nodes + 1)}"],
    ["a quotient", (nodes) => divide(nodes, 1000), "${(var.nodes / 1000)}"],
    ["a quotient by an unknown", (nodes) => divide(1000, nodes), "${(1000 / var.nodes)}"],
    ["a quotient rounded down", (nodes) => divideDown(nodes, 7), "${floor((var.nodes / 7))}"],
    ["a number rounded down", (nodes) => roundDown(nodes), "${floor(var.nodes)}"],
    ["the larger of two", (nodes) => atLeast(1, nodes), "${max(1, var.nodes)}"],
    ["a sum of sums", (nodes) => add(multiply(2, nodes), 1), "${((2 * var.nodes) + 1)}"],
  ])("become an expression: %s", (_, sum, written) => {
    const later = new Later();
    expect(later.written(sum(later.number("nodes")))).toBe(written);
  });

  test("stay references as text, alone and inside other text", () => {
    const later = new Later();
    const text = asText(multiply(1024, later.number("vcpus")));
    expect(later.written({ alone: text, inside: `${text} units` })).toEqual({
      alone: "${(1024 * var.vcpus)}",
      inside: "${(1024 * var.vcpus)} units",
    });
  });

  test("stay numbers in JSON", () => {
    const later = new Later();
    expect(later.written(JSON.stringify({ nodes: multiply(2, later.number("nodes")) }))).toBe(
      '{"nodes":${(2 * var.nodes)}}',
    );
  });
});
