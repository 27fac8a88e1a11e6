import { Fn, Token } from "cdktf";
import { mustBe } from "../core/errors";
import { checkInteger, checkKnown, checkPattern } from "../core/validation";

export function checkRegion(region: string): void {
  const fix = /^[a-z]+-[a-z]+\d+-[a-z]$/.test(region)
    ? "that is a zone; leave its letter away"
    : "use the region's code, not its name";
  checkPattern("region", region, /^[a-z]+-[a-z]+\d+$/, "a Google Cloud region such as us-central1", fix);
}

// https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin
export function checkProject(project: string): void {
  const allowed = "6 to 30 lower-case letters, digits and hyphens, a letter first, no hyphen at the end";
  checkPattern(
    "project",
    project,
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    allowed,
    "give the project's id, not its name or number",
  );
  if (Token.isUnresolved(project) || !project.includes("google")) return;
  throw mustBe("project", 'free of "google"', project, "Google Cloud refuses it in bucket names");
}

export function checkProjectNumber(projectNumber: string): void {
  const fix = "gcloud projects describe <project> --format='value(projectNumber)' says it";
  checkPattern("projectNumber", projectNumber, /^\d{6,}$/, "the number of the project, 6 digits or more", fix);
}

/** Names of buckets hold the environment's. */
export function checkNoGoogle(name: string): void {
  if (Token.isUnresolved(name) || !/goog/.test(name)) return;
  throw mustBe("name", 'free of "goog"', name, "Google Cloud refuses it in names of buckets and labels");
}

export function checkLogRetention(days: number | undefined): void {
  checkInteger("observability.logRetentionDays", days, {
    min: 1,
    max: 3650,
    fix: "Cloud Logging keeps logs for up to ten years",
  });
}

/**
 * Tags as Google Cloud spells labels: lower case, a hyphen for what is not allowed.
 *
 * @see https://cloud.google.com/resource-manager/docs/labels-overview#requirements
 */
export function labelsOf(tags: { [key: string]: string } | undefined): { [key: string]: string } {
  checkKnown("tags", tags, "write the map out; each value may be a token");
  const labels: { [key: string]: string } = {};
  const given = Object.entries(tags ?? {});
  // 64 on a resource, of which environment and managed-by are the library's.
  if (given.length > 62)
    throw mustBe("tags", "at most 62", given.length, "Google Cloud allows 64 and this library adds 2");
  for (const [key, value] of given) {
    const label = spelled(key);
    const keyed = "keyed by what becomes 1 to 63 lower-case letters, digits, _ and -, a letter first, not goog";
    checkPattern(
      "tags",
      label,
      /^(?!goog)[a-z][a-z0-9_-]{0,62}$/,
      keyed,
      "Google Cloud refuses it as the key of a label",
    );
    if (label in labels)
      throw mustBe("tags", "different in more than case and punctuation", key, `another tag is the label ${label} too`);
    const text = spelled(value);
    const allowed = "what becomes up to 63 lower-case letters, digits, _ and -";
    checkPattern(`tags.${key}`, text, /^[a-z0-9_-]{0,63}$/, allowed, "Google Cloud refuses it as the value of a label");
    labels[label] = text;
  }
  return labels;
}

function spelled(text: string): string {
  return Token.isUnresolved(text) ? text : text.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
}

/** Members of IAM, each of which becomes a resource. */
export function checkMembers(prop: string, members: string[], fix: string): void {
  checkKnown(prop, members, "write the list out; each member may be a token");
  const allowed = "members that start with user:, group:, serviceAccount: or domain:";
  for (const member of members) checkPattern(prop, member, /^(user|group|serviceAccount|domain):\S+$/, allowed, fix);
  const repeated = members.find((member, i) => members.indexOf(member) !== i);
  if (repeated !== undefined) throw mustBe(prop, "different members", repeated, "name it once");
}

/** Google's role ids and dataset ids have no hyphens. */
export function underscored(name: string): string {
  return Token.isUnresolved(name) ? Fn.replace(name, "-", "_") : name.replace(/-/g, "_");
}
