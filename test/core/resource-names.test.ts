import { checkEnvironmentName, checkImageTag, nameFor } from "../../lib/core/resource-names";
import { refusal } from "../refusal";
import { LATER_TEXT } from "./tokens";

const BALANCER = { kind: "load balancer", maxLength: 20, reservedPrefixes: ["internal-", "aws"] };

describe("the name of an environment", () => {
  test.each(["abc", "abcdefghijklmnop", "a-b", "a1b", "flowers-2"])("may be %p", (name) => {
    expect(refusal(() => checkEnvironmentName(name))).toBe("accepted");
  });

  test.each([
    ["empty", ""],
    ["too short", "ab"],
    ["too long", "abcdefghijklmnopq"],
    ["with a capital", "Flowers"],
    ["with a capital inside", "floWers"],
    ["with two hyphens in a row", "flo--wers"],
    ["with a hyphen at the end", "flowers-"],
    ["with a hyphen first", "-flowers"],
    ["with a digit first", "1flowers"],
    ["with an underscore", "flo_wers"],
    ["with a space", "flo wers"],
    ["with a letter that is not ASCII", "flöwers"],
    ["with a line break at its end", "flowers\n"],
  ])("is refused %s", (_, name) => {
    expect(refusal(() => checkEnvironmentName(name))).toBe(
      "SpecError: name must be 3 to 16 characters, a lower-case letter first, then lower-case letters, digits and single " +
        `hyphens, no hyphen at the end, got ${JSON.stringify(name)}; every resource name of every cloud is built from it`,
    );
  });

  test("passes when only Terraform knows it", () => {
    expect(refusal(() => checkEnvironmentName(LATER_TEXT))).toBe("accepted");
  });
});

describe("an image tag", () => {
  test.each([undefined, "v", "_", "1.2.3-rc_1", "a".repeat(120), LATER_TEXT])("may be %p", (tag) => {
    expect(refusal(() => checkImageTag(tag))).toBe("accepted");
  });

  test.each(["", ".v1", "-v1", "v 1", "v1:2", "v1@sha256", "flowers/v1", "v1+cpu", "a".repeat(121), "v1\n"])(
    "is refused when a registry would refuse it: %p",
    (tag) => {
      expect(refusal(() => checkImageTag(tag))).toBe(
        "SpecError: imageTag must be 1 to 120 letters, digits, dots, hyphens and underscores, no dot or hyphen first, " +
          `got ${JSON.stringify(tag)}; use the version that was pushed, without -cpu or -cuda`,
      );
    },
  );

  test("leaves room for -cuda in the 128 characters of a tag", () => {
    expect(`${"a".repeat(120)}-cuda`.length).toBeLessThanOrEqual(128);
  });
});

describe("the name of a resource", () => {
  test("is the environment's and what tells it apart, with hyphens between", () => {
    expect(nameFor(BALANCER, "flowers", "us-east-1", "a")).toBe("flowers-us-east-1-a");
  });

  test("may be as long as the cloud allows", () => {
    expect(nameFor(BALANCER, "flowers", "a".repeat(12))).toHaveLength(20);
  });

  test("is refused when longer, with its limit", () => {
    expect(refusal(() => nameFor(BALANCER, "flowers", "a".repeat(13)))).toBe(
      "SpecError: name must be short enough for load balancer names of at most 20 characters, " +
        'got "flowers-aaaaaaaaaaaaa"; choose a shorter name',
    );
  });

  test.each([
    ["internal-a", "internal-"],
    ["awesome", undefined],
    ["awsome", "aws"],
  ])("is refused when the cloud keeps its beginning, by the name that was given: %p", (name, prefix) => {
    expect(refusal(() => nameFor(BALANCER, name, "serve"))).toBe(
      prefix === undefined
        ? "accepted"
        : `SpecError: name must be one that does not start with "${prefix}", got "${name}"; ` +
            "load balancer names that do are reserved; choose another",
    );
  });

  test("passes when only Terraform knows a part of it", () => {
    expect(nameFor(BALANCER, LATER_TEXT, "serve")).toBe(`${LATER_TEXT}-serve`);
  });
});
