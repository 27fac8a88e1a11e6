import { TerraformStack, Testing } from "cdktf";
import { addProviders, VARIANTS } from "../gcp/variants";
import { inPairs } from "../in-pairs";
import { suite, TERRAFORM } from "../suite";
import { type Arguments, at, type Configuration } from "./configuration";
import { type Mistake, problemsWith } from "./mistake";
import { type Providers, startProviders } from "./providers";

const PROVIDERS = ["google", "google-beta", "time"];
const CREDENTIALS = { GOOGLE_OAUTH_ACCESS_TOKEN: "none" };

/** The first resource of a type. */
function one({ resource }: Configuration, type: string): Arguments {
  const [first] = Object.values(resource[type] ?? {});
  if (first === undefined) throw new Error(`no ${type} in the stack`);
  return first;
}

const bucket = (stack: Configuration) => one(stack, "google_storage_bucket");
const service = (stack: Configuration) => one(stack, "google_cloud_run_v2_service");
const container = (stack: Configuration) => at(service(stack), "template", "containers", 0);
const workflow = (stack: Configuration) => one(stack, "google_workflows_workflow");
const role = (stack: Configuration) => one(stack, "google_project_iam_custom_role");
const alert = (stack: Configuration) => one(stack, "google_monitoring_alert_policy");

// One for each kind of slip that a change of a construct could bring
const MISTAKES: readonly Mistake[] = [
  {
    name: "a bucket that is nowhere",
    make: (stack) => delete bucket(stack).location,
    says: 'Missing required argument: The argument "location" is required, but no definition was found.',
  },
  {
    name: "labels as AWS has tags",
    make: (stack) => (bucket(stack).labels = [{ key: "environment", value: "flowers" }]),
    says: 'Inappropriate value for attribute "labels": map of string required.',
  },
  {
    name: "a lifecycle rule that does nothing",
    make: (stack) => delete at(bucket(stack), "lifecycle_rule", 0).action,
    says: 'Insufficient action blocks: At least 1 "action" blocks are required.',
  },
  {
    name: "a lifecycle rule with two conditions",
    make: (stack) => (at(bucket(stack), "lifecycle_rule", 1).condition = [{ age: 7 }, { age: 8 }]),
    says: 'Too many condition blocks: No more than 1 "condition" blocks are allowed',
  },
  {
    name: "days in words",
    make: (stack) => (at(bucket(stack), "lifecycle_rule", 1, "condition").age = "a week"),
    says: 'Inappropriate value for attribute "age": a number is required.',
  },
  {
    name: "null among the endings of a lifecycle rule",
    make: (stack) => (at(bucket(stack), "lifecycle_rule", 0, "condition").matches_suffix = [".pt", null]),
    says: "Null values are not allowed for this attribute value: lifecycle_rule[0].condition",
  },
  {
    name: "an endpoint without an image",
    make: (stack) => delete container(stack).image,
    says: 'Missing required argument: The argument "image" is required, but no definition was found.',
  },
  {
    name: "an endpoint with two templates",
    make: (stack) => (service(stack).template = [at(service(stack), "template"), {}]),
    says: 'Too many template blocks: No more than 1 "template" blocks are allowed',
  },
  {
    name: "a variable of the container without a name",
    make: (stack) => delete at(container(stack), "env", 0).name,
    says: 'Missing required argument: The argument "name" is required, but no definition was found.',
  },
  {
    name: "limits as Kubernetes does not have them",
    make: (stack) => (at(container(stack), "resources").limits = [{ cpu: "2" }]),
    says: 'Inappropriate value for attribute "limits": map of string required.',
  },
  {
    name: "a probe that is misspelt",
    make: (stack) => (container(stack).readiness_check = { http_get: { path: "/ready" } }),
    says: 'No argument or block type is named "readiness_check".',
  },
  {
    name: "an address that Cloud Run decides",
    make: (stack) => (service(stack).uri = "https://flowers.example.com"),
    says: 'Value for unconfigurable attribute: Can\'t configure a value for "uri"',
  },
  {
    name: "a variable of the workflow that is not a text",
    make: (stack) => (at(workflow(stack), "user_env_vars").MACHINE = { machineType: "g2-standard-4" }),
    says: 'Inappropriate value for attribute "user_env_vars": element "MACHINE": string required.',
  },
  {
    name: "a workflow's source under another name",
    make: (stack) => (workflow(stack).source = "main:"),
    says: 'No argument or block type is named "source".',
  },
  {
    name: "a training job as a resource",
    make: ({ resource }) => (resource.google_vertex_ai_custom_job = { train: { display_name: "train" } }),
    says: 'The provider hashicorp/google does not support resource type "google_vertex_ai_custom_job".',
  },
  {
    name: "an agent by the provider that does not know it",
    make: (stack) => delete one(stack, "google_project_service_identity").provider,
    says: 'The provider hashicorp/google does not support resource type "google_project_service_identity".',
  },
  {
    name: "a grant of nothing",
    make: (stack) => delete one(stack, "google_project_iam_member").role,
    says: 'Missing required argument: The argument "role" is required, but no definition was found.',
  },
  {
    name: "a grant to several, which takes it from all others",
    make: (stack) => (one(stack, "google_kms_crypto_key_iam_member").members = ["allUsers"]),
    says: 'No argument or block type is named "members".',
  },
  {
    name: "null among the permissions of a role",
    make: (stack) => (role(stack).permissions = ["aiplatform.customJobs.create", null]),
    says: "Null values are not allowed for this attribute value: permissions",
  },
  {
    name: "an id that somebody chose",
    make: (stack) => (one(stack, "google_artifact_registry_repository").id = "flowers"),
    says: "Invalid or unknown key",
  },
  {
    name: "an alert without a condition",
    make: (stack) => delete alert(stack).conditions,
    says: 'Insufficient conditions blocks: At least 1 "conditions" blocks are required.',
  },
  {
    name: "a budget of two amounts",
    make: (stack) => (one(stack, "google_billing_budget").amount = [{}, {}]),
    says: 'Too many amount blocks: No more than 1 "amount" blocks are allowed',
  },
  {
    name: "a wait that is misspelt",
    make: (stack) => (one(stack, "time_sleep").created_duration = "60s"),
    says: 'No argument or block type is named "created_duration".',
  },
  {
    name: "a key that another stack has",
    make: (stack) => (workflow(stack).crypto_key_name = "${google_kms_crypto_key.elsewhere.id}"),
    says: 'Reference to undeclared resource: A managed resource "google_kms_crypto_key" "elsewhere" has not been declared',
  },
  {
    name: "an ARN, which Google Cloud does not have",
    make: (stack) => {
      const [name] = Object.keys(stack.resource.google_kms_crypto_key);
      workflow(stack).crypto_key_name = `\${google_kms_crypto_key.${name}.arn}`;
    },
    says: 'Unsupported attribute: This object has no argument, nested block, or exported attribute named "arn".',
  },
  {
    name: "a key ring that waits for its key",
    make: (stack) => {
      const [key] = Object.keys(stack.resource.google_kms_crypto_key);
      one(stack, "google_kms_key_ring").depends_on = [`google_kms_crypto_key.${key}`];
    },
    says: "Cycle: google_kms_",
  },
  {
    name: "a setting that the provider does not have",
    make: ({ provider }) => (at(provider, "google", 0).account = "123456789012"),
    says: 'No argument or block type is named "account".',
  },
  {
    name: "as many as are known only after the apply",
    make: (stack) => {
      const [suffix] = Object.keys(stack.resource.terraform_data);
      one(stack, "google_project_service").count = `\${length(terraform_data.${suffix}.id)}`;
    },
    says: 'Invalid count argument: The "count" value depends on resource attributes that cannot be determined until apply',
    by: "plan",
  },
];

suite("a stack for Google Cloud with a mistake, and real Terraform", [TERRAFORM], () => {
  let providers: Providers;
  let problems: Map<Mistake, Promise<readonly string[]>>;

  beforeAll(async () => {
    providers = await startProviders(PROVIDERS, CREDENTIALS);
    const stack = new TerraformStack(Testing.app(), "test");
    addProviders(stack);
    VARIANTS[0].add(stack);
    const synthesized = Testing.synth(stack);
    const configuration = () => JSON.parse(synthesized) as Configuration;
    problems = inPairs(MISTAKES, (mistake) => problemsWith(mistake, configuration(), providers));
  }, 60_000);

  afterAll(async () => {
    await Promise.allSettled(problems?.values() ?? []);
    providers?.stop();
  }, 300_000);

  it.each(MISTAKES)(
    "is refused for: $name",
    async (mistake) => {
      expect(await problems.get(mistake)).toEqual([expect.stringContaining(mistake.says)]);
    },
    120_000,
  );
});
