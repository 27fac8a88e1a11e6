import { suite, TERRAFORM } from "../suite";
import { Deployment } from "./deployment";
import { installProviders, type Providers, schemasOf, serveSchemas } from "./providers";
import { printed, trimmed, typesIn } from "./schema-server/trim";

const MINUTE = 60_000;
const ADDRESS = "registry.terraform.io/hashicorp/aws";

const aws = (resource?: object) => ({
  terraform: { required_providers: { aws: { source: "hashicorp/aws" } } },
  provider: { aws: { region: "us-east-1" } },
  ...(resource && { resource }),
});

const BUCKET = { bucket: "flowers-models" };

// What the schema says and a provider has to check, or what it refuses although the schema does not say so
const MISTAKES: readonly [string, object][] = [
  ["an argument that the cloud decides", { aws_s3_bucket: { models: { ...BUCKET, arn: "arn:aws:s3:::models" } } }],
  ["an id", { aws_s3_bucket: { models: { ...BUCKET, id: "models" } } }],
  ["an argument that is null", { aws_ecr_repository: { images: { name: "${null}" } } }],
  ["an argument that does not exist", { aws_s3_bucket: { models: { ...BUCKET, colour: "red" } } }],
];

suite("schemas/ and the server, against the real AWS provider", [TERRAFORM], () => {
  let served: Providers;
  let real: Providers;
  const deployments: Deployment[] = [];

  const deploy = (configuration: object, providers: Providers) => {
    const deployment = new Deployment(configuration, providers);
    deployments.push(deployment);
    expect(deployment.terraform.init().problems).toEqual([]);
    return deployment.terraform;
  };

  beforeAll(async () => {
    served = await serveSchemas(["aws"]);
    real = installProviders(["aws"]);
  });

  afterAll(() => {
    deployments.forEach((one) => one.remove());
    served?.stop();
  });

  it(
    "prints what schemas/ has",
    async () => {
      const terraform = deploy(aws(), real);
      const { provider_schemas } = await terraform.schemas();
      const kept = schemasOf("aws").provider_schemas[ADDRESS];
      expect(printed(ADDRESS, trimmed(provider_schemas[ADDRESS], typesIn(kept)))).toBe(printed(ADDRESS, kept));
    },
    3 * MINUTE,
  );

  it.each(MISTAKES)(
    "refuses the same: %s",
    async (_, resource) => {
      const say = async (providers: Providers) => (await deploy(aws(resource), providers).validate()).problems;
      const [byTheReal, byTheServer] = await Promise.all([say(real), say(served)]);
      expect(byTheReal).not.toEqual([]);
      expect(byTheServer).toEqual(byTheReal);
    },
    3 * MINUTE,
  );
});
