import {
  checkEmails,
  checkInteger,
  checkKnown,
  checkNumber,
  checkOneOf,
  checkPattern,
  checkUnset,
} from "../../lib/core/validation";
import { refusal } from "../refusal";
import { Later, LATER_LIST, LATER_NUMBER, LATER_TEXT } from "./tokens";

const RANGE = { min: 1, max: 10, fix: "count again" };

describe("a whole number", () => {
  test.each([undefined, 1, 10, LATER_NUMBER])(
    "passes from end to end of its range, unset or as a token: %p",
    (value) => {
      expect(refusal(() => checkInteger("nodes", value, RANGE))).toBe("accepted");
    },
  );

  test.each([0, 11, 1.5, -1, NaN, Infinity])("is refused outside of it: %p", (value) => {
    expect(refusal(() => checkInteger("nodes", value, RANGE))).toBe(
      `SpecError: nodes must be a whole number from 1 to 10, got ${value}; count again`,
    );
  });
});

describe("a number", () => {
  test.each([undefined, 1, 1.5, 10, LATER_NUMBER])(
    "passes from end to end of its range, unset or as a token: %p",
    (value) => {
      expect(refusal(() => checkNumber("hours", value, RANGE))).toBe("accepted");
    },
  );

  test.each([0.99, 10.01, NaN, -Infinity])("is refused outside of it: %p", (value) => {
    expect(refusal(() => checkNumber("hours", value, RANGE))).toBe(
      `SpecError: hours must be a number from 1 to 10, got ${value}; count again`,
    );
  });
});

describe("one of a list", () => {
  test.each([undefined, 1, 3, LATER_NUMBER])("passes when it is on it, unset or a token: %p", (value) => {
    expect(refusal(() => checkOneOf("days", value, [1, 3], "choose"))).toBe("accepted");
  });

  test.each([0, 2, 4])("is refused with the list when it is not: %p", (value) => {
    expect(refusal(() => checkOneOf("days", value, [1, 3], "choose"))).toBe(
      `SpecError: days must be one of 1, 3, got ${value}; choose`,
    );
  });
});

describe("text with a form", () => {
  test.each([undefined, "abc", LATER_TEXT])("passes when it has it, unset or as a token: %p", (value) => {
    expect(refusal(() => checkPattern("id", value, /^[a-c]+$/, "a, b and c", "spell it so"))).toBe("accepted");
  });

  test.each(["", "abcd", "ab\n"])("is refused when it has not, with its value in quotes: %p", (value) => {
    expect(refusal(() => checkPattern("id", value, /^[a-c]+$/, "a, b and c", "spell it so"))).toBe(
      `SpecError: id must be a, b and c, got ${JSON.stringify(value)}; spell it so`,
    );
  });
});

describe("addresses to write to", () => {
  test.each([[[]], [["ml@example.com", "a+b@c"]], [[LATER_TEXT, "a@b"]], [LATER_LIST]])("pass: %p", (emails) => {
    expect(refusal(() => checkEmails("emails", emails))).toBe("accepted");
  });

  test.each(["ml", "ml@", "@example.com", "a@b@c", "m l@example.com", "ml@example.com ", ""])(
    "are refused by the one that is none: %p",
    (email) => {
      expect(refusal(() => checkEmails("emails", ["ml@example.com", email]))).toBe(
        `SpecError: emails must be addresses with one @ and no spaces, got ${JSON.stringify(email)}; correct or remove it`,
      );
    },
  );

  test("are refused when one is there twice", () => {
    expect(refusal(() => checkEmails("emails", ["a@b", "c@d", "a@b"]))).toBe(
      'SpecError: emails must be different addresses, got "a@b"; name it once',
    );
  });
});

describe("what another prop has made meaningless", () => {
  test("passes when it is unset", () => {
    expect(refusal(() => checkUnset("zones", undefined, "with network", "remove it"))).toBe("accepted");
  });

  test.each([
    [0, "0"],
    [false, "false"],
    ["a", '"a"'],
    [["a", "b"], '["a","b"]'],
    [LATER_NUMBER, "a token"],
    [LATER_TEXT, "a token"],
  ])("is refused whatever it is: %p", (value, shown) => {
    expect(refusal(() => checkUnset("zones", value, "with network", "remove it"))).toBe(
      `SpecError: zones must be unset with network, got ${shown}; remove it`,
    );
  });
});

describe("what decides which resources there are", () => {
  test.each([undefined, 0, "a", ["a"], { a: LATER_TEXT }])("passes when it is known: %p", (value) => {
    expect(refusal(() => checkKnown("zones", value, "write it out"))).toBe("accepted");
  });

  test.each([
    ["a number", LATER_NUMBER],
    ["a text", LATER_TEXT],
    ["a list", LATER_LIST],
    ["a map", new Later().variable("map").value],
  ])("is refused when only Terraform knows it: %s", (_, value) => {
    expect(refusal(() => checkKnown("zones", value, "write it out"))).toBe(
      "SpecError: zones must be known before Terraform runs, got a token; write it out",
    );
  });
});
