import { Arguments, Synthesized, Value } from "../synthesized";

const AGENT = /^serviceAccount:service-123456789012@([\w-]+)\.iam\.gserviceaccount\.com$/;
const REFERENCE = /^\$\{((?:data\.)?google_\w+)\.([\w-]+)\.(\w+)\}$/;

/** Every right that a stack gives: `who: role on what`, each in one line that leaves nothing out. */
export function rightsOf(synthesized: Synthesized): string[] {
  const other = Object.keys(synthesized.types()).filter((type) => /_iam_(binding|policy)$/.test(type));
  expect(other).toEqual([]);
  return Object.entries(synthesized.resources)
    .filter(([type]) => type.endsWith("_iam_member"))
    .flatMap(([type, all]) => Object.values(all).map((given) => line(synthesized, type, given)))
    .sort();
}

function line(synthesized: Synthesized, type: string, given: Arguments): string {
  const { member, role, project, location, depends_on, ...target } = given;
  const [first, ...others] = Object.values(target);
  expect({ condition: given.condition, others, location: location ?? "us-central1" }).toEqual({
    condition: undefined,
    others: [],
    location: "us-central1",
  });
  expect(depends_on).toEqual(depends_on === undefined ? undefined : expect.any(Array));
  const kind = type.replace(/^google_|_iam_member$/g, "");
  const where = first === undefined ? `project ${String(project)}` : `${kind} ${named(synthesized, first)}`;
  return `${whose(synthesized, String(member))}: ${what(synthesized, String(role))} on ${where}`;
}

function whose(synthesized: Synthesized, member: string): string {
  const agent = AGENT.exec(member)?.[1];
  return agent ?? named(synthesized, member.replace(/^serviceAccount:(?=\$)/, ""));
}

/** A role of Google's by its name, one of ours by its permissions. */
function what(synthesized: Synthesized, role: string): string {
  const [, type, id] = REFERENCE.exec(role) ?? [];
  if (type === undefined || id === undefined) return role;
  return String(synthesized.one(type, id).permissions);
}

/** What is referred to, by the name that it has in the cloud. */
function named(synthesized: Synthesized, reference: Value): string {
  const [, type = "", id = "", attribute] = REFERENCE.exec(String(reference)) ?? [];
  if (type === "") return String(reference);
  if (type.startsWith("data.")) return `${type.slice("data.google_".length)} ${String(attribute)}`;
  const { name, account_id, secret_id, dataset_id, repository_id } = synthesized.one(type, id);
  return String(name ?? account_id ?? secret_id ?? dataset_id ?? repository_id);
}
