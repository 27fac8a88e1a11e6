import { trainWorkflow } from "../../lib/gcp/train-workflow";
import { workflowOf } from "./workflow";

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

// https://cloud.google.com/workflows/quotas. Also where a run does not come by
describe("the training workflow's source", () => {
  const expressions = textsOf(JSON.parse(trainWorkflow())).filter((text) => text.includes("${"));

  it("is what Terraform hands on once it read it", () => {
    expect(workflowOf().source).toBe(trainWorkflow());
    expect(Buffer.byteLength(trainWorkflow())).toBeLessThan(128 * 1024);
  });

  it("has whole expressions, of 400 characters at most, without a brace", () => {
    expect(expressions.length).toBeGreaterThan(50);
    expect(expressions.filter((text) => !/^\$\{[^{}]{1,400}\}$/.test(text))).toEqual([]);
  });

  it.each([{}, { privateNetwork: true }, { imageTag: undefined }])(
    "gets no more variables than it may have with %j, none of them empty or reserved",
    (props) => {
      const { variables } = workflowOf(props);
      expect(Object.keys(variables).length).toBeLessThanOrEqual(20);
      expect(Object.keys(variables).filter((name) => /^(GOOGLE|WORKFLOWS)/.test(name))).toEqual([]);
      expect(Object.values(variables).filter((text) => text === "" || Buffer.byteLength(text) > 4096)).toEqual([]);
    },
  );
});
