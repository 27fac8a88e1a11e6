import { Token } from "cdktf";

/**
 * Every message that a user of this library can get, one function each:
 * `<prop> must be <allowed>, got <value>; <what to do>`, with the prop spelled as the user wrote it.
 */
export class SpecError extends Error {
  public constructor(message: string) {
    super(message);
    this.name = "SpecError";
  }
}

/** The one sentence that nearly every refusal is. */
export function mustBe(prop: string, allowed: string, given: unknown, fix: string): SpecError {
  return new SpecError(`${prop} must be ${allowed}, got ${shown(given)}; ${fix}`);
}

export function badEnvironmentName(given: string): SpecError {
  return mustBe(
    "name",
    "3 to 16 characters, a lower-case letter first, then lower-case letters, digits and single hyphens, no hyphen at the end",
    given,
    "every resource name of every cloud is built from it",
  );
}

export function nameTooLong(kind: string, given: string, limit: number): SpecError {
  return mustBe(
    "name",
    `short enough for ${kind} names of at most ${limit} characters`,
    given,
    "choose a shorter name",
  );
}

export function nameReserved(kind: string, given: string, prefix: string): SpecError {
  return mustBe(
    "name",
    `one that does not start with "${prefix}"`,
    given,
    `${kind} names that do are reserved; choose another`,
  );
}

/** What a cloud has, when nothing of it is what was asked for. */
export function noSuchMachine(prop: string, cloud: string, asked: string, offered: string[], hint: string): SpecError {
  return mustBe(prop, `one that ${cloud} has`, new Verbatim(asked), `${hint}${cloud} has ${offered.join("; ")}`);
}

export function noSuchMachineType(prop: string, cloud: string, given: string, offered: string[]): SpecError {
  return mustBe(prop, `a machine of ${cloud} that this library knows`, given, `choose one of ${offered.join(", ")}`);
}

export function machineTypeContradicts(prop: string, type: string, has: string, asked: string): SpecError {
  return mustBe(prop, `a machine with ${asked}`, type, `it has ${has}; leave one of the two props unset`);
}

export function machineWithoutGpu(prop: string, given: string): SpecError {
  return mustBe(prop, "a machine with a GPU", given, "replicas on CPU are sized by inference.vcpus and memoryGib");
}

export function minAboveMax(min: number, max: number): SpecError {
  return mustBe(
    "inference.minReplicas",
    `at most inference.maxReplicas (${max})`,
    min,
    "lower it or raise maxReplicas",
  );
}

export function unknownVariable(prop: string, given: string, nearest: string | undefined): SpecError {
  const fix = nearest ? `did you mean ${nearest}?` : "names that start with ML_ belong to the container's contract";
  return mustBe(prop, "made of variables that the container reads, or of names without the prefix ML_", given, fix);
}

export function badVariableName(prop: string, given: string): SpecError {
  return mustBe(
    prop,
    "keyed by names of letters, digits and underscores, a letter or underscore first",
    given,
    "rename it",
  );
}

export function ownedVariable(prop: string, given: string, owner: string): SpecError {
  return mustBe(prop, `free of names that ${owner} sets itself`, given, "remove it");
}

export function ownedTag(given: string, owned: string[]): SpecError {
  return mustBe(
    "tags",
    `free of ${owned.join(" and ")}`,
    given,
    "every environment sets these itself; choose another key",
  );
}

export function tagNeedsRegistry(given: string): SpecError {
  return mustBe(
    "imageTag",
    "used together with a registry",
    given,
    "pass registry, or name the whole image with image",
  );
}

/** For what decides which resources there are: that must be known before Terraform runs. */
export function unknownAtSynth(prop: string, given: unknown, fix: string): SpecError {
  return mustBe(prop, "known before Terraform runs", given, fix);
}

/** Text that goes into a message without quotes. */
export class Verbatim {
  public constructor(public readonly text: string) {}
}

function shown(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (value === undefined) return "nothing";
  if (Token.isUnresolved(value)) return "a token";
  return typeof value === "string" || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
