import { Encryption } from "../../lib/aws";
import { KEY, NAMED } from "./parts";
import { synthesize } from "./synthesized";
import { KEY_ARN } from "./variants";

const alone = synthesize((stack) => {
  new Encryption(stack, "encryption", NAMED);
});

describe("aws.Encryption", () => {
  test("is one key and its alias, and looks up nothing but whose account it is in", () => {
    expect(alone.types()).toEqual({ aws_kms_alias: 1, aws_kms_key: 1 });
    expect(Object.keys(alone.data)).toEqual(["aws_caller_identity", "aws_partition"]);
  });

  test("rotates the key every year", () => {
    expect(alone.only("aws_kms_key")).toMatchObject({
      description: "Encrypts the flowers environment",
      enable_key_rotation: true,
    });
  });

  test("calls the key after the environment", () => {
    expect(alone.only("aws_kms_alias")).toEqual({
      name: "alias/flowers",
      target_key_id: "${aws_kms_key.encryption.key_id}",
    });
  });

  test.each([
    { deletionProtection: undefined, days: 30 },
    { deletionProtection: true, days: 30 },
    { deletionProtection: false, days: 7 },
  ])(
    "waits $days days before the key ends with deletionProtection $deletionProtection",
    ({ deletionProtection, days }) => {
      const made = synthesize((stack) => {
        new Encryption(stack, "encryption", { ...NAMED, deletionProtection });
      });
      expect(made.only("aws_kms_key").deletion_window_in_days).toBe(days);
    },
  );

  test("gives no other region the right to use the key", () => {
    const policies = ["us-east-1", "eu-west-1"].map((region) => {
      const made = synthesize((stack) => {
        new Encryption(stack, "encryption", { name: "flowers", region });
      });
      return JSON.stringify(made.only("aws_kms_key").policy);
    });
    expect(policies[1]).not.toContain("us-east-1");
    expect(policies[1]).toBe(policies[0].replaceAll("us-east-1", "eu-west-1"));
  });

  test("that is brought along is its ARN and nothing else", () => {
    expect(KEY).toEqual({ keyArn: KEY_ARN });
  });
});
