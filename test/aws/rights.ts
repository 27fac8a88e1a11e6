import { Arguments, Synthesized, Value } from "./synthesized";

/** A role: who may assume it, and every statement of its policies, each in one line that leaves nothing out. */
export interface Role {
  readonly assumedBy: string[];
  readonly may: string[];
}

/** Every role of a stack by its name. */
export function rolesOf(synthesized: Synthesized): { [name: string]: Role } {
  const policies = Object.entries(synthesized.all("aws_iam_role_policy"));
  const attachments = Object.values(synthesized.all("aws_iam_role_policy_attachment"));
  const roles = Object.entries(synthesized.all("aws_iam_role")).map(([id, role]): [string, Role] => {
    const own = policies.filter(([, { role: owner }]) => owner === `\${aws_iam_role.${id}.id}`);
    const managed = attachments.filter(({ role: owner }) => owner === `\${aws_iam_role.${id}.name}`);
    const may = [
      ...own.flatMap(([, { policy }]) => linesOf(policy)),
      ...managed.map(({ policy_arn }) => `everything of ${short(policy_arn)}`),
    ];
    return [String(role.name), { assumedBy: linesOf(role.assume_role_policy), may }];
  });
  return Object.fromEntries(roles);
}

/** Every statement of a policy, each in one line that leaves nothing out. */
export function linesOf(policy: Value): string[] {
  const { Version, Statement, ...others } = policy as Arguments;
  expect({ Version, others }).toEqual({ Version: "2012-10-17", others: {} });
  return (Statement as Arguments[]).map(line);
}

function line({ Sid, Effect, Principal, Action, Resource, Condition, ...others }: Arguments): string {
  expect(others).toEqual({});
  const principals = Object.entries((Principal as Arguments | undefined) ?? {});
  const conditions = Object.entries((Condition as Arguments | undefined) ?? {}).flatMap(([operator, operands]) =>
    Object.entries(operands as Arguments).map(([key, value]) => `${operator} ${key} ${several(value)}`),
  );
  return [
    ...(Sid === undefined ? [] : [`${short(Sid)}:`]),
    ...(Effect === "Allow" ? [] : [short(Effect)]),
    ...principals.map(([kind, value]) => `${kind} ${several(value)}`),
    several(Action),
    ...(Resource === undefined ? [] : ["on", several(Resource)]),
    ...(conditions.length === 0 ? [] : ["if", conditions.join(" and ")]),
  ].join(" ");
}

function several(value: Value): string {
  return Array.isArray(value) ? value.map(short).join(", ") : short(value);
}

/** The account, the partition and references in as few words as tell them apart. */
function short(value: Value): string {
  return String(value)
    .replace(/\$\{data\.aws_caller_identity\.\w+\.account_id\}/g, "ACCOUNT")
    .replace(/\$\{data\.aws_partition\.\w+\.partition\}/g, "aws")
    .replace(/\$\{aws_s3_bucket(_policy)?\.(\w+_)?storage_(\w+?)(_policy)?\.bucket\}/g, "$3 bucket")
    .replace(/\$\{(aws_[a-z0-9_]+)\.([\w-]+)\.(\w+)\}/g, (_, type, id, attribute) => `<${type}.${id}.${attribute}>`);
}
