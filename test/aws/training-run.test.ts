import { Training, TrainingProps } from "../../lib/aws";
import { Accelerator } from "../../lib/core";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

let made: Training;
function training(props: Partial<TrainingProps> = {}): Synthesized {
  return synthesize((stack) => {
    made = parts.training(stack, props);
  });
}
const container = (synthesized: Synthesized): Arguments =>
  synthesized.only("aws_batch_job_definition").container_properties as Arguments;

const alone = training();
const twoNodes = training({ nodes: 2, maxConcurrentRuns: 3, imageTag: "v1" });

describe("a run of aws.Training", () => {
  test("on a CPU asks for no GPU, and does not name one to the container", () => {
    const cpu = container(training({ accelerator: Accelerator.NONE }));
    expect(cpu.resourceRequirements).toEqual([
      { type: "VCPU", value: "2" },
      { type: "MEMORY", value: "3456" },
    ]);
    expect(JSON.stringify(cpu.environment)).not.toContain("ML_DEVICE");
  });

  test("tries again what was interrupted, and never what cannot work", () => {
    expect(alone.only("aws_batch_job_definition").retry_strategy).toEqual({
      attempts: 3,
      evaluate_on_exit: [
        { action: "EXIT", on_exit_code: "64" },
        { action: "RETRY", on_exit_code: "*" },
      ],
    });
  });

  test.each([
    { maxRunHours: undefined, seconds: 86_400 },
    { maxRunHours: 2, seconds: 7200 },
    { maxRunHours: 1.1, seconds: 3960 },
  ])("stops a run after $maxRunHours hours", ({ maxRunHours, seconds }) => {
    const { timeout } = training({ maxRunHours }).only("aws_batch_job_definition");
    expect(timeout).toEqual({ attempt_duration_seconds: seconds });
    expect(made.maxRunHours).toBe(maxRunHours ?? 24);
  });

  test("before the first image says what to push, and ends as what cannot work", () => {
    expect(container(alone)).toMatchObject({
      image: "public.ecr.aws/docker/library/python:3.12-slim",
      command: [
        "python",
        "-c",
        "import sys; print('no image: push one to 123456789012.dkr.ecr.us-east-1.amazonaws.com/vision and set imageTag'); sys.exit(64)",
      ],
    });
  });

  test.each<{ props: Partial<TrainingProps>; image: string }>([
    { props: { imageTag: "v1" }, image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cuda" },
    {
      props: { imageTag: "v1", accelerator: Accelerator.NONE },
      image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cuda",
    },
    { props: { imageTag: "v1", image: "ghcr.io/team/vision:v3" }, image: "ghcr.io/team/vision:v3" },
  ])("runs the command train of $image", ({ props, image }) => {
    expect(container(training(props))).toMatchObject({ image, command: ["train"] });
  });

  test("hands the container its data, its device and what else was asked for", () => {
    const told = container(
      training({ environment: { ML_EPOCHS: "7", ML_DATASET_URI: "s3://our-datasets/datasets/tulips" } }),
    );
    expect(told.environment).toEqual([
      { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
      { name: "ML_CLOUD", value: "aws" },
      { name: "ML_DATASET_URI", value: "s3://our-datasets/datasets/tulips" },
      { name: "ML_DEVICE", value: "cuda" },
      { name: "ML_EPOCHS", value: "7" },
      { name: "ML_METRICS_NAMESPACE", value: "pytorch-vision/flowers" },
      { name: "ML_MODEL_URI", value: "s3://our-models/models/flowers" },
      { name: "ML_OUTPUT_URI", value: "s3://our-models" },
      { name: "ML_ROLE", value: "train" },
    ]);
  });

  test("gives a run all of its machine, without privileges", () => {
    expect(container(alone)).toMatchObject({
      privileged: false,
      jobRoleArn: "${aws_iam_role.training_job-role.arn}",
      executionRoleArn: "${aws_iam_role.training_execution-role.arn}",
      resourceRequirements: [
        { type: "GPU", value: "1" },
        { type: "VCPU", value: "4" },
        { type: "MEMORY", value: "14745" },
      ],
      linuxParameters: { sharedMemorySize: 4096 },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "${aws_cloudwatch_log_group.training_logs.name}",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "train",
        },
      },
    });
  });

  test("with several nodes is one job of as many containers, on the machine of the compute environment", () => {
    const definition = twoNodes.only("aws_batch_job_definition");
    expect(definition).toMatchObject({
      type: "multinode",
      node_properties: {
        mainNode: 0,
        numNodes: 2,
        nodeRangeProperties: [{ targetNodes: "0:", container: { instanceType: "g4dn.xlarge", command: ["train"] } }],
      },
    });
    expect(definition).not.toHaveProperty("container_properties");
    expect(definition).not.toHaveProperty("propagate_tags");
    expect(alone.only("aws_batch_job_definition")).toMatchObject({ type: "container", propagate_tags: true });
  });

  test.each([
    { logRetentionDays: undefined, days: 365 },
    { logRetentionDays: 90, days: 90 },
  ])("keeps the logs of runs for $days days", ({ logRetentionDays, days }) => {
    expect(training({ logRetentionDays }).only("aws_cloudwatch_log_group")).toEqual({
      name: "/flowers/train",
      retention_in_days: days,
      kms_key_id: KEY_ARN,
    });
  });
});
