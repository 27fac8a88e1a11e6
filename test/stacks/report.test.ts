import { compareStacks, warningsOf, wrap } from "../../stacks/report";
import { app } from "./synthesized";

const { aws, gcp } = app();
const stacks = [aws, gcp].filter((stack) => stack !== undefined);

describe("what npm start says of the stacks", () => {
  test("is, side by side, their clouds, machines, resources by part, what they cannot do, and where the Terraform lies", () => {
    expect(compareStacks(stacks, "cdktf.out").join("\n")).toBe(
      [
        "flowers    aws, us-east-1                                        gcp, us-central1",
        "training   g4dn.xlarge, 4 vCPU, 16 GiB, 1 × T4 with 16 GiB;      n1-standard-4+t4, 4 vCPU, 15 GiB, 1 × T4 with 16",
        "           none at rest                                          GiB; none at rest",
        "inference  AWS Lambda, 1.7 vCPU, 2.9 GiB                         Cloud Run, 2 vCPU, 4 GiB",
        "resources  104: encryption 2, network 24, storage 23, registry   75: services 25, encryption 11, suffix 1, storage 2,",
        "           2, training 14, inference 16, observability 14,       registry 3, training 11, inference 7, observability",
        "           retraining 8, budget 1                                11, retraining 3, budget 1",
        "absent     tpu-training: AWS has no TPU: refused; Google Cloud   nothing",
        "           has",
        "           gpu-endpoint-to-zero: a GPU endpoint keeps one",
        "           replica at least: minReplicas 0 is refused",
        "Terraform  cdktf.out/stacks/aws/cdk.tf.json                      cdktf.out/stacks/gcp/cdk.tf.json",
      ].join("\n"),
    );
  });

  test("has room for one alone", () => {
    const lines = compareStacks(stacks.slice(0, 1), "cdktf.out");
    expect(lines[0]).toBe("flowers    aws, us-east-1");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(118);
  });

  test("lists the warnings that whoever deploys should read first", () => {
    expect(stacks.map(({ environment }) => warningsOf(environment).length)).toEqual([3, 3]);
  });
});

describe("long lines", () => {
  test("are broken before the last column, and go on below the start of the text", () => {
    const lines = wrap("  - ", "word ".repeat(60).trim());
    expect(lines.map((line) => line.length <= 118)).toEqual([true, true, true]);
    expect(lines[0]).toMatch(/^ {2}- word/);
    expect(lines[1]).toMatch(/^ {4}word/);
    expect(lines.map((line) => line.slice(4)).join(" ")).toBe("word ".repeat(60).trim());
  });

  test("stay whole when there is nothing to break, however long", () => {
    const address = "a".repeat(200);
    expect(wrap("  - ", address)).toEqual([`  - ${address}`]);
  });
});
