/** A check of checkov that some resources do not pass, on purpose. */
export interface Skip {
  readonly check: string;
  /** Type and path, without the hash that cdktf appends. One that no variant needs any more fails the test. */
  readonly on: readonly string[];
  readonly why: string;
}

const DATASETS = "aws_s3_bucket.environment_storage_datasets";
const MODELS = "aws_s3_bucket.environment_storage_models";
const LOGS = "aws_s3_bucket.environment_storage_logs";
const STATE = "aws_s3_bucket.state";
const FUNCTION = "aws_lambda_function.environment_inference_function";
const PLACEHOLDER = "aws_lambda_function.environment_inference_function_placeholder";
const BALANCER = "environment_inference_service_load-balancer";
const ROUTE = "aws_apigatewayv2_route.environment_inference_api";

export const SKIPS: readonly Skip[] = [
  {
    check: "CKV_AWS_144",
    on: [DATASETS, MODELS, LOGS, STATE],
    why: "a copy in another region doubles the cost: a choice of whoever owns the data",
  },
  { check: "CKV2_AWS_62", on: [DATASETS, MODELS, LOGS, STATE], why: "nobody consumes events of the buckets" },
  { check: "CKV_AWS_18", on: [LOGS], why: "it is where the logs go, and would log its own logging" },
  {
    check: "CKV_AWS_18",
    on: [STATE],
    why: "it is made before there is a bucket for logs; its versions tell who wrote",
  },
  { check: "CKV_AWS_145", on: [LOGS], why: "log delivery cannot write to a bucket with a key of one's own" },
  { check: "CKV_AWS_145", on: [STATE], why: "it is made before there is a key; StateStoreProps.encryption takes one" },
  {
    check: "CKV2_AWS_57",
    on: ["aws_secretsmanager_secret.environment_inference_key"],
    why: "rotation needs a function that tells every caller; the key is replaced with terraform apply -replace",
  },
  {
    check: "CKV_AWS_2",
    on: [`aws_lb_listener.${BALANCER}_listener`],
    why: "inside the VPC, behind an HTTP API that speaks TLS; certificateArn adds TLS here too",
  },
  { check: "CKV_AWS_103", on: [`aws_lb_listener.${BALANCER}_listener`], why: "as CKV_AWS_2" },
  { check: "CKV_AWS_378", on: [`aws_lb_target_group.${BALANCER}_targets`], why: "as CKV_AWS_2" },
  { check: "CKV2_AWS_20", on: [`aws_lb.${BALANCER}`], why: "as CKV_AWS_2: there is nothing to redirect to" },
  {
    check: "CKV_AWS_260",
    on: [`aws_vpc_security_group_ingress_rule.${BALANCER}_group_from-api`],
    why: "it lets in one security group; checkov reads a rule without an address block as open to everybody",
  },
  {
    check: "CKV_AWS_309",
    on: [`${ROUTE}_predict`, `${ROUTE}_ready`, `${ROUTE}_health`],
    why: "the container checks the bearer key, and EndpointAccess.open() is a choice",
  },
  {
    check: "CKV_AWS_394",
    on: ["data.aws_availability_zones.environment_network_zones"],
    why: "subnets ignore later changes of the list of zones",
  },
  {
    check: "CKV_AWS_115",
    on: [FUNCTION, PLACEHOLDER],
    why: "any reservation fails on a new account; the HTTP API throttles, and reservedConcurrency reserves",
  },
  { check: "CKV_AWS_116", on: [FUNCTION, PLACEHOLDER], why: "it is called synchronously: the caller gets the error" },
  {
    check: "CKV_AWS_117",
    on: [FUNCTION, PLACEHOLDER],
    why: "it needs nothing in the network, and is in it with privateNetwork",
  },
  { check: "CKV_AWS_272", on: [FUNCTION, PLACEHOLDER], why: "AWS cannot check the signature of an image" },
  { check: "CKV_AWS_173", on: [PLACEHOLDER], why: "it has no variables" },
  {
    check: "CKV_AWS_130",
    on: ["aws_subnet.environment_network_public-0", "aws_subnet.environment_network_public-1"],
    why: "natGateways 0 is the choice of public addresses",
  },
  { check: "CKV_AWS_333", on: ["aws_ecs_service.environment_inference_service"], why: "as CKV_AWS_130" },
];
