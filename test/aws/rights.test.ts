import { Accelerator, EndpointAccess } from "../../lib/core";
import { inference, training } from "./parts";
import { linesOf, Role, rolesOf } from "./rights";
import { variant } from "./shared";
import { synthesize, Value } from "./synthesized";

// Every right that exists, spelled out. Whoever adds or takes away one action, resource or condition changes a line here.

const trust = (service: string): string[] => [
  `Service ${service} sts:AssumeRole if StringEquals aws:SourceAccount ACCOUNT`,
];
// EC2 sends no aws:SourceAccount when it assumes a role, and nothing documents that Lambda does.
const bareTrust = (service: string): string[] => [`Service ${service} sts:AssumeRole`];
const KEY = "<aws_kms_key.environment_encryption.arn>";
const PULL = [
  "Login: ecr:GetAuthorizationToken on *",
  "Pull: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on <aws_ecr_repository.environment_registry.arn>",
];
const TRAIN_LOG =
  "Log: logs:CreateLogStream, logs:PutLogEvents on <aws_cloudwatch_log_group.environment_training_logs.arn>:*";
const SERVE_LOG =
  "Log: logs:CreateLogStream, logs:PutLogEvents on <aws_cloudwatch_log_group.environment_inference_logs.arn>:*";
const HOST: Role = {
  assumedBy: bareTrust("ec2.amazonaws.com"),
  may: ["everything of arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"],
};
const READ_MODELS = [
  "List: s3:ListBucket on arn:aws:s3:::models bucket if StringLike s3:prefix models/*",
  "Models: s3:GetObject on arn:aws:s3:::models bucket/models/*",
  `Key: kms:Decrypt on ${KEY}`,
];
const FUNCTION: Role = {
  assumedBy: bareTrust("lambda.amazonaws.com"),
  may: [...READ_MODELS, SERVE_LOG, "Trace: xray:PutTraceSegments, xray:PutTelemetryRecords on *"],
};
const TASK: Role = { assumedBy: trust("ecs-tasks.amazonaws.com"), may: READ_MODELS };
const EXECUTION_WITHOUT_KEY: Role = { assumedBy: trust("ecs-tasks.amazonaws.com"), may: [...PULL, SERVE_LOG] };
const EXECUTION: Role = {
  ...EXECUTION_WITHOUT_KEY,
  may: [
    ...EXECUTION_WITHOUT_KEY.may,
    "ApiKey: secretsmanager:GetSecretValue on <aws_secretsmanager_secret_version.environment_inference_key-version.arn>",
    `ApiKeyKey: kms:Decrypt on ${KEY}`,
  ],
};

const ALWAYS: { readonly [name: string]: Role } = {
  "flowers-us-east-1-flow-logs": {
    assumedBy: trust("vpc-flow-logs.amazonaws.com"),
    may: [
      "Write: logs:CreateLogStream, logs:PutLogEvents, logs:DescribeLogGroups, logs:DescribeLogStreams " +
        "on <aws_cloudwatch_log_group.environment_network_logs.arn>:*",
    ],
  },
  "flowers-us-east-1-train-node": HOST,
  "flowers-us-east-1-train-job": {
    assumedBy: trust("ecs-tasks.amazonaws.com"),
    may: [
      "List: s3:ListBucket on arn:aws:s3:::datasets bucket, arn:aws:s3:::models bucket",
      "Datasets: s3:GetObject on arn:aws:s3:::datasets bucket/datasets/*",
      "Models: s3:GetObject, s3:PutObject, s3:AbortMultipartUpload " +
        "on arn:aws:s3:::models bucket/models/*, arn:aws:s3:::models bucket/runs/*",
      "DropOldCheckpoints: s3:DeleteObject on arn:aws:s3:::models bucket/runs/*",
      `Key: kms:Decrypt, kms:GenerateDataKey on ${KEY}`,
    ],
  },
  "flowers-us-east-1-train-execution": { assumedBy: trust("ecs-tasks.amazonaws.com"), may: [...PULL, TRAIN_LOG] },
  "flowers-us-east-1-retrain": {
    assumedBy: trust("states.amazonaws.com"),
    may: [
      "Submit: batch:SubmitJob on <aws_batch_job_queue.environment_training_queue.arn>, " +
        "<aws_batch_job_definition.environment_training.arn_prefix>, " +
        "<aws_batch_job_definition.environment_training.arn_prefix>:*",
      "Follow: batch:DescribeJobs, batch:TerminateJob on *",
      "Rule: events:PutTargets, events:PutRule, events:DescribeRule " +
        "on arn:aws:events:us-east-1:ACCOUNT:rule/StepFunctionsGetEventsForBatchJobsRule",
      "LogDelivery: logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery, logs:DeleteLogDelivery, " +
        "logs:ListLogDeliveries, logs:PutResourcePolicy, logs:DescribeResourcePolicies, logs:DescribeLogGroups on *",
      "Trace: xray:PutTraceSegments, xray:PutTelemetryRecords, xray:GetSamplingRules, xray:GetSamplingTargets on *",
    ],
  },
  "flowers-us-east-1-schedule": {
    assumedBy: trust("scheduler.amazonaws.com"),
    may: [
      "Start: states:StartExecution on <aws_sfn_state_machine.environment_retraining_machine.arn>",
      `Key: kms:Decrypt on ${KEY}`,
    ],
  },
};

const INTERFACES =
  "Interfaces: ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, " +
  "ec2:DescribeSubnets, ec2:AssignPrivateIpAddresses, ec2:UnassignPrivateIpAddresses on *";

describe("roles on AWS", () => {
  test.each<[string, { [suffix: string]: Role }]>([
    ["default", { "serve-function": FUNCTION }],
    ["lambda with an image and reserved concurrency", { "serve-function": FUNCTION }],
    ["always on", { "serve-task": TASK, "serve-execution": EXECUTION }],
    ["gpu endpoint", { "serve-task": TASK, "serve-execution": EXECUTION, "serve-node": HOST }],
    ["private", { "serve-task": TASK, "serve-execution": EXECUTION_WITHOUT_KEY }],
    [
      "private with a public front door on lambda",
      { "serve-function": { ...FUNCTION, may: [...FUNCTION.may, INTERFACES] } },
    ],
  ])("are these and may do exactly this: %s", (name, serving) => {
    const served = Object.entries(serving).map(([suffix, role]) => [`flowers-us-east-1-${suffix}`, role]);
    expect(rolesOf(variant(name))).toEqual({ ...ALWAYS, ...Object.fromEntries(served) });
  });

  test("let training write data sets only when it is asked to make one", () => {
    const roles = rolesOf(synthesize((stack) => training(stack, { environment: { ML_SEED_DATASET: "1" } })));
    expect(roles["flowers-us-east-1-train-job"].may).toEqual([
      "List: s3:ListBucket on arn:aws:s3:::our-datasets, arn:aws:s3:::our-models",
      "Datasets: s3:GetObject, s3:PutObject on arn:aws:s3:::our-datasets/datasets/*",
      "Models: s3:GetObject, s3:PutObject, s3:AbortMultipartUpload on arn:aws:s3:::our-models/models/*, arn:aws:s3:::our-models/runs/*",
      "DropOldCheckpoints: s3:DeleteObject on arn:aws:s3:::our-models/runs/*",
      "Key: kms:Decrypt, kms:GenerateDataKey on arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    ]);
  });

  test("pull an image of another account's Amazon ECR from its own repository, and one from elsewhere without any right", () => {
    const pullsOf = (image: string): string[] => {
      const roles = rolesOf(synthesize((stack) => training(stack, { image })));
      return roles["flowers-us-east-1-train-execution"].may.filter((may) => may.includes("ecr:"));
    };
    expect(pullsOf("210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/vision:v3")).toEqual([
      "Login: ecr:GetAuthorizationToken on *",
      "Pull: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer " +
        "on arn:aws:ecr:eu-west-1:210987654321:repository/team/vision",
    ]);
    expect(pullsOf("ghcr.io/team/vision:v3")).toEqual([]);
  });

  test("read the bearer key only where there is one", () => {
    const secretsOf = (access: EndpointAccess): string[] =>
      rolesOf(synthesize((stack) => inference(stack, { access, minReplicas: 1, accelerator: Accelerator.T4 })))[
        "flowers-us-east-1-serve-execution"
      ].may.filter((may) => may.includes("secretsmanager:"));
    expect(secretsOf(EndpointAccess.open())).toEqual([]);
    expect(secretsOf(EndpointAccess.apiKey())).toEqual([
      "ApiKey: secretsmanager:GetSecretValue on <aws_secretsmanager_secret_version.inference_key-version.arn>",
    ]);
  });
});

describe("policies of resources on AWS", () => {
  const policy = (type: string, id: string): Value => variant("always on").one(type, id).policy;
  const s3 = (bucket: string): string => `<aws_s3_bucket.environment_storage_${bucket}.arn>`;
  const tlsOnly = (bucket: string): string =>
    `TlsOnly: Deny AWS * s3:* on ${s3(bucket)}, ${s3(bucket)}/* if Bool aws:SecureTransport false`;

  test("let the account rule the key, and each service use it for this environment alone", () => {
    expect(linesOf(policy("aws_kms_key", "environment_encryption"))).toEqual([
      "Account: AWS arn:aws:iam::ACCOUNT:root kms:* on *",
      "Logs: Service logs.us-east-1.amazonaws.com kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:DescribeKey " +
        "on * if ArnLike kms:EncryptionContext:aws:logs:arn arn:aws:logs:us-east-1:ACCOUNT:*",
      "Alerts: Service cloudwatch.amazonaws.com, budgets.amazonaws.com kms:Decrypt, kms:GenerateDataKey* " +
        "on * if StringEquals aws:SourceAccount ACCOUNT",
      "Events: Service events.amazonaws.com kms:Decrypt, kms:GenerateDataKey* " +
        "on * if StringEquals kms:EncryptionContext:aws:sns:topicArn arn:aws:sns:us-east-1:ACCOUNT:flowers-alerts",
      "Volumes: AWS * kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:CreateGrant, kms:DescribeKey " +
        "on * if StringEquals kms:CallerAccount ACCOUNT and StringEquals kms:ViaService ec2.us-east-1.amazonaws.com",
    ]);
  });

  test.each(["datasets", "models"])(
    "refuse plain text and foreign keys in the bucket of %s, and let through no header",
    (bucket) => {
      expect(linesOf(policy("aws_s3_bucket_policy", `environment_storage_${bucket}_policy`))).toEqual([
        tlsOnly(bucket),
        `DenyOtherKey: Deny AWS * s3:PutObject on ${s3(bucket)}/* ` +
          "if Null s3:x-amz-server-side-encryption-aws-kms-key-id false " +
          `and StringNotEquals s3:x-amz-server-side-encryption-aws-kms-key-id ${KEY}`,
        `DenyOtherEncryption: Deny AWS * s3:PutObject on ${s3(bucket)}/* ` +
          "if Null s3:x-amz-server-side-encryption false and StringNotEquals s3:x-amz-server-side-encryption aws:kms",
      ]);
    },
  );

  test("let each source deliver access logs below its own prefix", () => {
    expect(linesOf(policy("aws_s3_bucket_policy", "environment_storage_logs_policy"))).toEqual([
      tlsOnly("logs"),
      `AlbLogs: Service logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject on ${s3("logs")}/alb/AWSLogs/ACCOUNT/*`,
      `FromDatasets: Service logging.s3.amazonaws.com s3:PutObject on ${s3("logs")}/s3/datasets/* if StringEquals aws:SourceAccount ACCOUNT`,
      `FromModels: Service logging.s3.amazonaws.com s3:PutObject on ${s3("logs")}/s3/models/* if StringEquals aws:SourceAccount ACCOUNT`,
    ]);
  });

  test("let alarms, budgets and events publish alerts, over TLS only", () => {
    const topic = "<aws_sns_topic.environment_observability.arn>";
    expect(linesOf(policy("aws_sns_topic_policy", "environment_observability_policy"))).toEqual([
      `Publish: Service cloudwatch.amazonaws.com, budgets.amazonaws.com sns:Publish on ${topic} if StringEquals aws:SourceAccount ACCOUNT`,
      `Events: Service events.amazonaws.com sns:Publish on ${topic}`,
      `TlsOnly: Deny AWS * sns:Publish on ${topic} if Bool aws:SecureTransport false`,
    ]);
  });

  test("let the function pull its image, and nobody where there is no function", () => {
    const [granted] = variant("lambda with an image and reserved concurrency").list("aws_ecr_repository_policy");
    expect(linesOf(granted.policy)).toEqual([
      "LambdaECRImageRetrievalPolicy: Service lambda.amazonaws.com ecr:BatchGetImage, ecr:GetDownloadUrlForLayer " +
        "if ArnLike aws:SourceArn arn:aws:lambda:us-east-1:ACCOUNT:function:flowers-serve*",
    ]);
    expect(variant("always on").list("aws_ecr_repository_policy")).toEqual([]);
    expect(variant("default").list("aws_ecr_repository_policy")).toEqual([]);
  });

  test.each([
    ["default", "placeholder_live"],
    ["lambda with an image and reserved concurrency", "live"],
  ])("let only this environment's API call the function: %s", (name, id) => {
    const alias = `aws_lambda_alias.environment_inference_function_${id}`;
    expect(variant(name).only("aws_lambda_permission")).toEqual({
      statement_id: "http-api",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      function_name: `\${${alias}.function_name}`,
      qualifier: `\${${alias}.name}`,
      source_arn: "${aws_apigatewayv2_api.environment_inference_api.execution_arn}/*/*",
    });
  });
});
