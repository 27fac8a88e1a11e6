import { Environment } from "../../lib/aws";
import { variant } from "./shared";
import { Arguments, Synthesized, synthesize } from "./synthesized";
import { QUICKSTART } from "./variants";

const OWN = { environment: "flowers", "managed-by": "cdktf-pytorch-vision" };

// Types that AWS has no tags for, and the object, of which AWS allows ten tags and not fifty.
const WITHOUT_TAGS = [
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_route",
  "aws_appautoscaling_policy",
  "aws_autoscaling_group",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_query_definition",
  "aws_ecr_lifecycle_policy",
  "aws_ecr_repository_policy",
  "aws_ecs_cluster_capacity_providers",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_kms_alias",
  "aws_lambda_alias",
  "aws_lambda_permission",
  "aws_route",
  "aws_route_table_association",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_s3_object",
  "aws_scheduler_schedule",
  "aws_secretsmanager_secret_version",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
];

const everything = (synthesized: Synthesized): [address: string, type: string, given: Arguments][] =>
  Object.entries(synthesized.resources).flatMap(([type, all]) =>
    Object.entries(all).map(([id, given]): [string, string, Arguments] => [`${type}.${id}`, type, given]),
  );

describe("tags on AWS", () => {
  test.each(["default", "lambda with an image and reserved concurrency", "gpu endpoint", "private", "multi-node"])(
    "are on everything that takes them: %s",
    (name) => {
      const untagged = everything(variant(name)).filter(([, , { tags }]) => tags === undefined);
      expect(untagged.filter(([, type]) => !WITHOUT_TAGS.includes(type)).map(([address]) => address)).toEqual([]);
      for (const [, , { tags }] of everything(variant(name)).filter(([, type]) => !WITHOUT_TAGS.includes(type))) {
        expect(tags).toEqual(expect.objectContaining(OWN));
      }
    },
  );

  test("are the environment's own and the user's", () => {
    const tagged = synthesize((stack) => {
      const tags = { team: "vision", Name: "ours" };
      new Environment(stack, "environment", { ...QUICKSTART, tags });
    });
    expect(tagged.only("aws_kms_key").tags).toEqual({ ...OWN, team: "vision", Name: "ours" });
    expect(tagged.only("aws_vpc").tags).toEqual({ ...OWN, team: "vision", Name: "flowers" });
    expect(tagged.only("aws_s3_object")).not.toHaveProperty("tags");
    expect(tagged.only("aws_launch_template").tag_specifications).toEqual([
      { resource_type: "instance", tags: { ...OWN, team: "vision", Name: "flowers-train" } },
      { resource_type: "volume", tags: { ...OWN, team: "vision", Name: "flowers-train" } },
    ]);
  });

  test("of one environment are not on another's resources", () => {
    const two = synthesize((stack) => {
      new Environment(stack, "one", { ...QUICKSTART, tags: { owner: "one" } });
      new Environment(stack, "two", { ...QUICKSTART, name: "birds", tags: { owner: "two" } });
    });
    expect(Object.values(two.each("aws_kms_key", "tags"))).toEqual([
      { ...OWN, owner: "one" },
      { ...OWN, environment: "birds", owner: "two" },
    ]);
  });
});
