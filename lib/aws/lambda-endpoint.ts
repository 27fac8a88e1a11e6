import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import { LambdaFunction, LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { multiply, roundDown } from "../core/arithmetic";
import { ownedVariable } from "../core/errors";
import { nameFor } from "../core/resource-names";
import { CONTAINER_PORT, READY_PATH } from "../core/workload-contract";
import { Account } from "./account";
import { EndpointProps, serveStatements, serveVariables } from "./endpoint";
import { IntegrationTarget } from "./http-api";
import { allow, ServiceRole, Statement } from "./iam";
import { INetwork } from "./network";
import { placeholderFunction } from "./placeholder-function";
import { IRegistry } from "./registry";
import { FUNCTION } from "./resource-names";
import { SecurityGroup } from "./security-group";

// The most memory that a new account may ask for, in MB.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
export const NEW_ACCOUNT_MEMORY_MB = 3008;

export interface LambdaEndpointProps extends EndpointProps {
  readonly registry?: IRegistry;
  /** The network to run in; unset: outside of any. */
  readonly network?: INetwork;
  /** Keep this many instances for the endpoint alone. */
  readonly reservedConcurrency?: number;
}

/** A function that costs nothing while nobody calls: the container itself, or a few lines until there is an image. */
export class LambdaEndpoint extends Construct {
  public readonly target: IntegrationTarget;

  private readonly props: LambdaEndpointProps;
  private readonly alias: LambdaAlias;

  public constructor(scope: Construct, id: string, props: LambdaEndpointProps) {
    super(scope, id);
    this.props = props;
    refuseReserved(props.settings.environment);
    const role = this.role();
    const made = props.image.uri === undefined ? this.placeholder(role) : this.container(role, props.image.uri);
    this.alias = new LambdaAlias(made, "live", {
      name: "live",
      functionName: made.functionName,
      functionVersion: made.version,
    });
    this.target = {
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: this.alias.invokeArn,
      connectionType: "INTERNET",
      payloadFormatVersion: "2.0",
    };
  }

  public allowApi(executionArn: string): void {
    new LambdaPermission(this.alias, "api", {
      statementId: "http-api",
      action: "lambda:InvokeFunction",
      functionName: this.alias.functionName,
      qualifier: this.alias.name,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${executionArn}/*/*`,
    });
  }

  private role(): ServiceRole {
    const { name, region, logs, network } = this.props;
    const statements: Statement[] = [
      ...serveStatements(Account.of(this), this.props),
      allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logs.arn}:*`),
      allow("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
      ...(network ? [allow("Interfaces", NETWORK_INTERFACES, "*")] : []),
    ];
    return new ServiceRole(this, "role", {
      name,
      region,
      suffix: "serve-function",
      service: "lambda.amazonaws.com",
      statements,
    });
  }

  private container(role: ServiceRole, imageUri: string): LambdaFunction {
    const { name, region, settings, key, registry, reservedConcurrency } = this.props;
    const pattern = Account.of(this).arn("lambda", region, `function:${name}-serve*`);
    const pull = registry?.allowFunctionPull(pattern) ?? [];
    return this.lambda("Resource", role, {
      functionName: nameFor(FUNCTION, name, "serve"),
      packageType: "Image",
      imageUri,
      architectures: ["x86_64"],
      memorySize:
        settings.memoryGib === undefined ? NEW_ACCOUNT_MEMORY_MB : roundDown(multiply(settings.memoryGib, 1024)),
      // As long as the HTTP API waits.
      timeout: 30,
      reservedConcurrentExecutions: reservedConcurrency,
      ephemeralStorage: { size: 2048 },
      imageConfig: { command: ["serve"] },
      environment: {
        variables: {
          ...serveVariables(this.props),
          // The adapter in the image turns events into HTTP requests; 503 on /ready keeps it waiting for the model.
          AWS_LWA_PORT: String(CONTAINER_PORT),
          AWS_LWA_READINESS_CHECK_PATH: READY_PATH,
          AWS_LWA_ASYNC_INIT: "true",
          ML_METRICS_PORT: "0",
          ...settings.environment,
          // Lambda reads no secrets by itself: the variables are encrypted with the environment's key.
          ...(key ? { ML_API_KEY: key.value } : {}),
        },
      },
      dependsOn: pull,
    });
  }

  private placeholder(role: ServiceRole): LambdaFunction {
    const { name, storage } = this.props;
    const { zipBase64, hash, handler } = placeholderFunction();
    const code = new S3Object(this, "placeholder-code", {
      bucket: storage.modelsBucket,
      key: "placeholder/serve.zip",
      contentBase64: zipBase64,
    });
    return this.lambda("placeholder", role, {
      functionName: nameFor(FUNCTION, name, "placeholder"),
      packageType: "Zip",
      runtime: "python3.12",
      handler,
      s3Bucket: code.bucket,
      s3Key: code.key,
      sourceCodeHash: hash,
      memorySize: 128,
      timeout: 5,
    });
  }

  private lambda(id: string, role: ServiceRole, config: Omit<LambdaFunctionConfig, "role">): LambdaFunction {
    const { encryption, logs, network } = this.props;
    const wait: ITerraformDependable[] = [...(role.policy ? [role.policy] : []), ...(config.dependsOn ?? [])];
    return new LambdaFunction(this, id, {
      ...config,
      role: role.arn,
      publish: true,
      kmsKeyArn: encryption.keyArn,
      // The container writes JSON lines itself.
      loggingConfig: { logFormat: "Text", logGroup: logs.name },
      tracingConfig: { mode: "Active" },
      vpcConfig: network && config.packageType === "Image" ? this.vpcConfig(network) : undefined,
      dependsOn: wait,
    });
  }

  private vpcConfig(network: INetwork) {
    const group = new SecurityGroup(this, "group", {
      name: `${this.props.name}-function`,
      description: "Inference function",
      vpcId: network.vpcId,
      // The interfaces of a function outlive it for up to this long.
      deleteTimeout: "45m",
    });
    group.allowToServices(network, true, this.props.region);
    return { subnetIds: network.privateSubnetIds, securityGroupIds: [group.id] };
  }
}

// None of these can be narrowed to the interfaces of one function.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
const NETWORK_INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
const RESERVED =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY.*|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_.*|LWA_.*)|LAMBDA_.*|_.*)$/;

function refuseReserved(environment: { [name: string]: string }): void {
  const reserved = Object.keys(environment).find((name) => RESERVED.test(name));
  if (reserved !== undefined) throw ownedVariable("inference.environment", reserved, "AWS Lambda");
}
