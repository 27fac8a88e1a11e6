const numbers = (version: string) => version.split(".").map(Number);

/** Negative where `a` is older than `b`. What is missing at the end is 0. */
function compared(a: readonly number[], b: readonly number[]): number {
  const longest = Math.max(a.length, b.length);
  const differences = Array.from({ length: longest }, (_, i) => (a[i] ?? 0) - (b[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Whether a constraint of `required_providers`, `>= 5.100, < 7`, lets a version be used. Terraform skips that offline. */
export function accepts(constraint: string, version: string): boolean {
  return constraint.split(",").every((part) => {
    const [, operator = "", bound = ""] = /^\s*(>=|<=|!=|~>|>|<|=|)\s*([\d.]+)\s*$/.exec(part) ?? [];
    if (bound === "") throw new Error(`not a constraint that is known here: ${part}`);
    const difference = compared(numbers(version), numbers(bound));
    switch (operator) {
      case ">=":
        return difference >= 0;
      case ">":
        return difference > 0;
      case "<=":
        return difference <= 0;
      case "<":
        return difference < 0;
      case "!=":
        return difference !== 0;
      case "~>": {
        // The last number may grow, those before it may not
        const fixed = numbers(bound).slice(0, -1);
        return difference >= 0 && compared(numbers(version).slice(0, fixed.length), fixed) === 0;
      }
      default:
        return difference === 0;
    }
  });
}
