import { VisionApp } from "../stacks/app";
import { describeStack, warningsOf, wrap } from "../stacks/report";

const { aws } = new VisionApp(
  { context: { name: "flowers", awsRegion: "us-east-1", awsAccountId: "123456789012" } },
  { PYTORCH_VISION_ALERT_EMAILS: "ml@example.com" },
);

describe("what npm start says of a stack", () => {
  test("is its cloud, its machines, its resources by part, what it cannot do, and where its Terraform lies", () => {
    expect(describeStack(aws, "cdktf.out").join("\n")).toBe(
      [
        "flowers",
        "  cloud      aws, us-east-1",
        "  training   g4dn.xlarge, 4 vCPU, 16 GiB, 1 × T4 with 16 GiB; none at rest",
        "  inference  AWS Lambda, 1.7 vCPU, 2.9 GiB",
        "  resources  103: encryption 2, network 24, storage 23, registry 2, training 14, inference 16, observability",
        "             14, retraining 8",
        "  absent     tpu-training: AWS has no TPU: refused; Google Cloud has",
        "             gpu-endpoint-to-zero: a GPU endpoint keeps one replica at least: minReplicas 0 is refused",
        "  Terraform  cdktf.out/stacks/aws/cdk.tf.json",
      ].join("\n"),
    );
  });

  test("lists the warnings that whoever deploys should read first", () => {
    expect(warningsOf(aws.environment)).toHaveLength(3);
  });
});

describe("long lines", () => {
  test("are broken before the hundred and tenth column, and go on below the start of the text", () => {
    const lines = wrap("  - ", "word ".repeat(60).trim());
    expect(lines.map((line) => line.length <= 110)).toEqual([true, true, true]);
    expect(lines[0]).toMatch(/^ {2}- word/);
    expect(lines[1]).toMatch(/^ {4}word/);
    expect(lines.map((line) => line.slice(4)).join(" ")).toBe("word ".repeat(60).trim());
  });

  test("stay whole when there is nothing to break, however long", () => {
    const address = "a".repeat(200);
    expect(wrap("  - ", address)).toEqual([`  - ${address}`]);
  });
});
