import { Registry, RegistryProps } from "../../lib/aws";
import { KEY, REPOSITORY } from "./parts";
import { linesOf } from "./rights";
import { Synthesized, synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

function registry(props: Partial<RegistryProps> = {}, use: (made: Registry) => void = () => {}): Synthesized {
  return synthesize((stack) => use(new Registry(stack, "registry", { name: "flowers", encryption: KEY, ...props })));
}

const alone = registry();

describe("aws.Registry", () => {
  test("is a repository that nobody but its account can use", () => {
    expect(alone.types()).toEqual({ aws_ecr_lifecycle_policy: 1, aws_ecr_repository: 1 });
    expect(alone.data).toEqual({});
  });

  test("keeps a tag pointing at the same image for ever", () => {
    expect(alone.only("aws_ecr_repository")).toMatchObject({ name: "flowers", image_tag_mutability: "IMMUTABLE" });
  });

  test("encrypts images with the key that it is given", () => {
    expect(alone.only("aws_ecr_repository").encryption_configuration).toEqual([
      { encryption_type: "KMS", kms_key: KEY_ARN },
    ]);
  });

  test("scans every image that is pushed", () => {
    expect(alone.only("aws_ecr_repository").image_scanning_configuration).toEqual({ scan_on_push: true });
  });

  test.each([
    { deletionProtection: undefined, forceDelete: false },
    { deletionProtection: true, forceDelete: false },
    { deletionProtection: false, forceDelete: true },
  ])(
    "destroys pushed images only when deletionProtection is false ($deletionProtection)",
    ({ deletionProtection, forceDelete }) => {
      expect(registry({ deletionProtection }).only("aws_ecr_repository").force_delete).toBe(forceDelete);
    },
  );

  test("never expires a tagged image", () => {
    expect(alone.only("aws_ecr_lifecycle_policy")).toEqual({
      repository: "${aws_ecr_repository.registry.name}",
      policy: {
        rules: [
          {
            rulePriority: 1,
            description: "Untagged images are left over from pushes that failed",
            selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
            action: { type: "expire" },
          },
        ],
      },
    });
  });

  test("lets the functions pull that it is told of", () => {
    const pattern = "arn:aws:lambda:us-east-1:123456789012:function:flowers-serve*";
    const granted = registry({}, (made) => {
      expect(made.allowFunctionPull(pattern)).toHaveLength(1);
    });
    expect(granted.only("aws_ecr_repository_policy").repository).toBe("${aws_ecr_repository.registry.name}");
    expect(linesOf(granted.only("aws_ecr_repository_policy").policy)).toEqual([
      `LambdaECRImageRetrievalPolicy: Service lambda.amazonaws.com ecr:BatchGetImage, ecr:GetDownloadUrlForLayer if ArnLike aws:SourceArn ${pattern}`,
    ]);
  });

  test("that is brought along is left as it is", () => {
    expect(REPOSITORY).toMatchObject({
      repositoryUrl: "123456789012.dkr.ecr.us-east-1.amazonaws.com/vision",
      repositoryArn: "arn:aws:ecr:us-east-1:123456789012:repository/vision",
    });
    expect(REPOSITORY.allowFunctionPull("arn:aws:lambda:us-east-1:123456789012:function:any")).toEqual([]);
  });
});
