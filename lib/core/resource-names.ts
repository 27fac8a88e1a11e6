import { Token } from "cdktf";
import { badEnvironmentName, nameReserved, nameTooLong } from "./errors";
import { checkPattern } from "./validation";

/** What a cloud accepts as a name of one kind of resource. Data of this type lives in each cloud's resource-names.ts. */
export interface NameRule {
  /** The cloud's word for the resource, as it appears in messages. */
  readonly kind: string;
  readonly maxLength: number;
  /** Beginnings that the cloud keeps for itself. */
  readonly reservedPrefixes?: readonly string[];
}

/** Throws unless `name` can begin every resource name on every cloud. A token passes: Terraform knows it later. */
export function checkEnvironmentName(name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[a-z][a-z0-9-]{1,14}[a-z0-9]$/.test(name) || name.includes("--")) throw badEnvironmentName(name);
}

/** Throws unless `<imageTag>-cuda` is a tag that every registry takes. */
export function checkImageTag(imageTag: string | undefined): void {
  checkPattern(
    "imageTag",
    imageTag,
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}$/,
    "1 to 120 letters, digits, dots, hyphens and underscores, no dot or hyphen first",
    "use the version that was pushed, without -cpu or -cuda",
  );
}

/** The name of a resource: the environment's name, then the words that tell the resource apart. */
export function nameFor(rule: NameRule, ...words: string[]): string {
  const name = words.join("-");
  if (Token.isUnresolved(name)) return name;
  const reserved = rule.reservedPrefixes?.find((prefix) => name.startsWith(prefix));
  if (reserved !== undefined) throw nameReserved(rule.kind, words[0], reserved);
  if (name.length > rule.maxLength) throw nameTooLong(rule.kind, name, rule.maxLength);
  return name;
}
