import { createHash } from "node:crypto";
import { Inference, InferenceProps, Registry } from "../../lib/aws";
import { EndpointAccess } from "../../lib/core";
import * as parts from "./parts";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const inference = (props: Partial<InferenceProps> = {}): Synthesized =>
  synthesize((stack) => {
    parts.inference(stack, props);
  });

const waiting = inference();
const serving = inference({ imageTag: "v1" });

describe("aws.Inference on Lambda", () => {
  test("costs nothing at rest: a function and what calls it, in no network", () => {
    const types = {
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_integration: 1,
      aws_apigatewayv2_route: 3,
      aws_apigatewayv2_stage: 1,
      aws_cloudwatch_log_group: 2,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_lambda_alias: 1,
      aws_lambda_function: 1,
      aws_lambda_permission: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
    };
    expect(waiting.types()).toEqual({ ...types, aws_s3_object: 1 });
    expect(serving.types()).toEqual(types);
    expect(serving.only("aws_lambda_function")).not.toHaveProperty("vpc_config");
  });

  test("needs no network", () => {
    const { name, region } = parts.NAMED;
    const alone = synthesize((stack) => {
      new Inference(stack, "inference", { name, region, encryption: parts.KEY, storage: parts.BUCKETS });
    });
    expect(alone.text).toBe(inference({ registry: undefined, network: undefined }).text);
  });

  test("runs the pushed image with the command serve", () => {
    expect(serving.only("aws_lambda_function")).toEqual({
      function_name: "flowers-serve",
      role: "${aws_iam_role.inference_function_role.arn}",
      package_type: "Image",
      image_uri: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision:v1-cpu",
      image_config: { command: ["serve"] },
      architectures: ["x86_64"],
      memory_size: 3008,
      timeout: 30,
      publish: true,
      ephemeral_storage: { size: 2048 },
      kms_key_arn: KEY_ARN,
      logging_config: { log_format: "Text", log_group: "${aws_cloudwatch_log_group.inference_logs.name}" },
      tracing_config: { mode: "Active" },
      depends_on: ["aws_iam_role_policy.inference_function_role_policy"],
      environment: {
        variables: {
          AWS_LWA_ASYNC_INIT: "true",
          AWS_LWA_PORT: "8080",
          AWS_LWA_READINESS_CHECK_PATH: "/ready",
          ML_API_KEY: "${aws_secretsmanager_secret_version.inference_key-version.secret_string}",
          ML_CLOUD: "aws",
          ML_METRICS_NAMESPACE: "pytorch-vision/flowers",
          ML_METRICS_PORT: "0",
          ML_MODEL_URI: "s3://our-models/models/flowers",
          ML_ROLE: "serve",
        },
      },
    });
  });

  test("waits for the right to pull from a repository of the environment's own", () => {
    const owning = synthesize((stack) => {
      const registry = new Registry(stack, "registry", { name: "flowers", encryption: parts.KEY });
      parts.inference(stack, { registry, imageTag: "v1" });
    });
    expect(owning.only("aws_lambda_function").depends_on).toEqual([
      "aws_iam_role_policy.inference_function_role_policy",
      "aws_ecr_repository_policy.registry_policy",
    ]);
  });

  test.each([
    { memoryGib: undefined, megabytes: 3008 },
    { memoryGib: 2, megabytes: 2048 },
    { memoryGib: 0.3, megabytes: 307 },
    { memoryGib: 10, megabytes: 10_240 },
  ])("has $megabytes MB of memory when $memoryGib GiB are asked for", ({ memoryGib, megabytes }) => {
    expect(inference({ imageTag: "v1", memoryGib }).only("aws_lambda_function").memory_size).toBe(megabytes);
  });

  test.each([
    { reservedConcurrency: undefined, reserved: undefined },
    { reservedConcurrency: false, reserved: undefined },
    { reservedConcurrency: true, reserved: 32 },
  ])(
    "reserves $reserved of the account's concurrency with reservedConcurrency $reservedConcurrency",
    ({ reservedConcurrency, reserved }) => {
      const { reserved_concurrent_executions } = inference({ imageTag: "v1", reservedConcurrency }).only(
        "aws_lambda_function",
      );
      expect(reserved_concurrent_executions).toBe(reserved);
    },
  );

  test("hands over a pinned model and more variables, and no key when everybody may call", () => {
    const open = inference({
      imageTag: "v1",
      access: EndpointAccess.open(),
      modelVersion: "run-7",
      environment: { ML_TOP_K: "3" },
    });
    expect((open.only("aws_lambda_function").environment as Arguments).variables).toEqual({
      AWS_LWA_ASYNC_INIT: "true",
      AWS_LWA_PORT: "8080",
      AWS_LWA_READINESS_CHECK_PATH: "/ready",
      ML_CLOUD: "aws",
      ML_METRICS_NAMESPACE: "pytorch-vision/flowers",
      ML_METRICS_PORT: "0",
      ML_MODEL_URI: "s3://our-models/models/flowers",
      ML_MODEL_VERSION: "run-7",
      ML_ROLE: "serve",
      ML_TOP_K: "3",
    });
  });

  test("before the first image runs a few lines that lie in the models bucket", () => {
    const { source_code_hash, ...placeholder } = waiting.only("aws_lambda_function");
    expect(placeholder).toEqual({
      function_name: "flowers-placeholder",
      role: "${aws_iam_role.inference_function_role.arn}",
      package_type: "Zip",
      runtime: "python3.12",
      handler: "index.handler",
      s3_bucket: "${aws_s3_object.inference_function_placeholder-code.bucket}",
      s3_key: "${aws_s3_object.inference_function_placeholder-code.key}",
      memory_size: 128,
      timeout: 5,
      publish: true,
      kms_key_arn: KEY_ARN,
      logging_config: { log_format: "Text", log_group: "${aws_cloudwatch_log_group.inference_logs.name}" },
      tracing_config: { mode: "Active" },
      depends_on: ["aws_iam_role_policy.inference_function_role_policy"],
    });
    const { bucket, key, content_base64 } = waiting.only("aws_s3_object");
    expect([bucket, key]).toEqual(["our-models", "placeholder/serve.zip"]);
    const zip = Buffer.from(String(content_base64), "base64");
    expect(source_code_hash).toBe(createHash("sha256").update(zip).digest("base64"));
  });

  test("is called by the HTTP API through an alias", () => {
    for (const [synthesized, id] of [
      [waiting, "placeholder_live"],
      [serving, "live"],
    ] as const) {
      expect(synthesized.only("aws_apigatewayv2_integration")).toEqual({
        api_id: "${aws_apigatewayv2_api.inference_api.id}",
        integration_type: "AWS_PROXY",
        integration_method: "POST",
        integration_uri: `\${aws_lambda_alias.inference_function_${id}.invoke_arn}`,
        connection_type: "INTERNET",
        payload_format_version: "2.0",
        timeout_milliseconds: 30000,
        lifecycle: { create_before_destroy: true },
      });
      const target = `aws_lambda_function.inference_function${id === "live" ? "" : "_placeholder"}`;
      expect(synthesized.only("aws_lambda_alias")).toEqual({
        name: "live",
        function_name: `\${${target}.function_name}`,
        function_version: `\${${target}.version}`,
      });
    }
  });
});
