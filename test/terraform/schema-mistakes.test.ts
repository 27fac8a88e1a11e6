import { inPairs } from "../in-pairs";
import { suite, TERRAFORM } from "../suite";
import { at, type Configuration } from "./configuration";
import { google } from "./fixture";
import { type Mistake, problemsWith } from "./mistake";
import { type Providers, serveSchemas } from "./providers";

const bucket = ({ resource }: Configuration) => resource.google_storage_bucket.models;
const service = ({ resource }: Configuration) => resource.google_cloud_run_v2_service.this;
const container = (all: Configuration) => at(service(all), "template", "containers", 0);

const MISTAKES: readonly Mistake[] = [
  {
    name: "an argument that does not exist",
    make: (all) => (bucket(all).colour = "red"),
    says: 'Extraneous JSON object property: No argument or block type is named "colour".',
  },
  {
    name: "a nested block that is misspelt",
    make: (all) => (at(service(all), "template").contianers = [{ image: "example.com/classifier:v1" }]),
    says: 'No argument or block type is named "contianers". Did you mean "containers"?',
  },
  {
    name: "a required argument left out",
    make: (all) => delete bucket(all).location,
    says: 'Missing required argument: The argument "location" is required, but no definition was found.',
  },
  {
    name: "a required argument of a nested block left out",
    make: (all) => delete container(all).image,
    says: 'Missing required argument: The argument "image" is required, but no definition was found.',
  },
  {
    name: "a required argument that is null",
    make: (all) => (bucket(all).location = "${null}"),
    says: 'The argument "location" is required, but no definition was found.',
  },
  {
    name: "a text where a bool belongs",
    make: (all) => (bucket(all).force_destroy = "sometimes"),
    says: 'Inappropriate value for attribute "force_destroy": a bool is required.',
  },
  {
    name: "a text where a number belongs, three blocks deep",
    make: (all) => (at(container(all), "ports").container_port = "http"),
    says: 'Inappropriate value for attribute "container_port": a number is required.',
  },
  {
    name: "a list where a map belongs",
    make: (all) => (bucket(all).labels = ["flowers"]),
    says: 'Inappropriate value for attribute "labels": map of string required.',
  },
  {
    name: "an object where a text belongs",
    make: (all) => (bucket(all).location = { region: "us-central1" }),
    says: 'Inappropriate value for attribute "location": string required.',
  },
  {
    name: "a text where a nested block belongs",
    make: (all) => (bucket(all).versioning = "enabled"),
    says: "Incorrect JSON value type",
  },
  {
    name: "a resource type that does not exist",
    make: ({ resource }) => (resource.google_storage_pail = { models: { name: "models" } }),
    says: 'The provider hashicorp/google does not support resource type "google_storage_pail".',
  },
  {
    name: "a data source that does not exist",
    make: ({ data }) => (data.google_storage_account = { this: {} }),
    says: 'The provider hashicorp/google does not support data source "google_storage_account".',
  },
  {
    name: "a resource type of the other provider",
    make: ({ resource }) => (resource.google_project_service_identity.agent.provider = "google"),
    says: 'The provider hashicorp/google does not support resource type "google_project_service_identity".',
  },
  {
    name: "a required block left out",
    make: (all) => delete service(all).template,
    says: 'Insufficient template blocks: At least 1 "template" blocks are required.',
  },
  {
    name: "a block too many",
    make: (all) => (service(all).template = [at(service(all), "template"), {}]),
    says: 'Too many template blocks: No more than 1 "template" blocks are allowed',
  },
  {
    name: "a block too many, from a list",
    make: (all) => {
      bucket(all).dynamic = { versioning: { for_each: [true, false], content: { enabled: "${versioning.value}" } } };
      delete bucket(all).versioning;
    },
    says: 'Too many versioning blocks: No more than 1 "versioning" blocks are allowed',
  },
  {
    name: "no block, from an empty list",
    make: (all) => {
      service(all).dynamic = { template: { for_each: [], content: {} } };
      delete service(all).template;
    },
    says: 'Insufficient template blocks: At least 1 "template" blocks are required.',
  },
  {
    name: "an argument that the cloud decides",
    make: (all) => (service(all).uri = "https://flowers.example.com/"),
    says: 'Value for unconfigurable attribute: Can\'t configure a value for "uri"',
  },
  {
    name: "an argument of a data source that the cloud decides",
    make: ({ data }) => (data.google_storage_project_service_account.this.email_address = "a@example.com"),
    says: 'Value for unconfigurable attribute: Can\'t configure a value for "email_address"',
  },
  {
    name: "an id",
    make: (all) => (bucket(all).id = "models"),
    says: "google_storage_bucket.models: Invalid or unknown key",
  },
  {
    name: "null inside a list",
    make: (all) => (at(bucket(all), "lifecycle_rule", 1, "condition").matches_suffix = [".pt", null]),
    says: "Null value found in list: Null values are not allowed for this attribute value: lifecycle_rule[1].condition.matches_suffix.",
  },
  {
    name: "a reference to a resource that does not exist",
    make: (all) => (bucket(all).name = "${google_storage_bucket.datasets.name}"),
    says: 'Reference to undeclared resource: A managed resource "google_storage_bucket" "datasets" has not been declared',
  },
  {
    name: "a reference to an attribute that does not exist",
    make: (all) => (container(all).image = "${google_storage_bucket.models.link}"),
    says: 'Unsupported attribute: This object has no argument, nested block, or exported attribute named "link".',
  },
  {
    name: "a cycle",
    make: ({ resource }) => (resource.google_kms_key_ring.this.depends_on = ["google_kms_crypto_key.this"]),
    says: "Cycle: google_kms_",
  },
  {
    name: "an argument that the provider does not have",
    make: ({ provider }) => (at(provider, "google").projekt = "example-project"),
    says: 'No argument or block type is named "projekt".',
  },
  {
    name: "a provider that nobody configured",
    make: (all) => (bucket(all).provider = "google.elsewhere"),
    says: "Provider configuration not present",
  },
  {
    name: "keys that are known only after the apply",
    make: ({ resource }) => (resource.google_project_service.api.for_each = "${toset([terraform_data.suffix.id])}"),
    says: 'Invalid for_each argument: The "for_each" set includes values derived from resource attributes',
    by: "plan",
  },
  {
    name: "an element that is not in the list",
    make: ({ output }) => (at(output, "url").value = "${google_storage_bucket.models.lifecycle_rule[3].action}"),
    says: "Invalid index: The given key does not identify an element in this collection value",
    by: "plan",
  },
];

suite("a configuration with a mistake, and Terraform with schemas alone", [TERRAFORM], () => {
  let providers: Providers;
  let problems: Map<Mistake, Promise<readonly string[]>>;

  beforeAll(async () => {
    providers = await serveSchemas(["google", "google-beta", "time"]);
    problems = inPairs(MISTAKES, (mistake) => problemsWith(mistake, google(), providers));
  });

  afterAll(async () => {
    await Promise.allSettled(problems?.values() ?? []);
    providers?.stop();
  }, 120_000);

  it.each(MISTAKES)(
    "is refused for: $name",
    async (mistake) => {
      expect(await problems.get(mistake)).toEqual([expect.stringContaining(mistake.says)]);
    },
    120_000,
  );
});
