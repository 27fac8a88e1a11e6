import schema from "./custom-job.json";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const MESSAGES: { readonly [message: string]: { readonly [field: string]: string } } = schema.messages;
const ENUMS: { readonly [name: string]: readonly string[] } = schema.enums;

// How the API reads JSON: https://protobuf.dev/programming-guides/json. Only the form that the reference writes is taken
// (int64 as text, enums by name): what a lenient parser lets through hides a mistake.
const SCALARS: { readonly [type: string]: (value: Json) => boolean } = {
  bool: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  int32: (value) => Number.isInteger(value),
  int64: (value) => typeof value === "string" && /^\d+$/.test(value),
  duration: (value) => typeof value === "string" && /^\d+(\.\d{1,9})?s$/.test(value),
};

// https://cloud.google.com/vertex-ai/docs/general/labels
const LABEL = { key: /^[a-z][a-z0-9_-]{0,62}$/, value: /^[a-z0-9_-]{0,63}$/ };

const isMap = (value: Json): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function ofType(path: string, type: string, value: Json): string[] {
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) return [`${path} must be a list, got ${JSON.stringify(value)}`];
    return value.flatMap((item, index) => ofType(`${path}[${index}]`, type.slice(0, -2), item));
  }
  const [kind, name = ""] = type.split(" ");
  if (kind === "message") return ofMessage(path, name, value);
  if (kind === "map") {
    if (!isMap(value)) return [`${path} must be a map, got ${JSON.stringify(value)}`];
    return Object.entries(value).flatMap(([key, text]) => ofType(`${path}.${key}`, "string", text));
  }
  const allowed = kind === "enum" ? (given: Json) => ENUMS[name].slice(1).includes(String(given)) : SCALARS[kind];
  return allowed(value) ? [] : [`${path} must be ${kind} ${name}`.trim() + `, got ${JSON.stringify(value)}`];
}

function ofMessage(path: string, message: string, value: Json): string[] {
  if (!isMap(value)) return [`${path} must be a ${message}, got ${JSON.stringify(value)}`];
  const fields = MESSAGES[message];
  const missing = Object.keys(fields).filter((field) => fields[field].startsWith("!") && value[field] === undefined);
  return [
    ...missing.map((field) => `${path}.${field} is missing`),
    ...Object.entries(value).flatMap(([field, item]) => {
      const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (type === undefined) return [`${path}.${field} is no field of ${message}`];
      if (type.startsWith("-")) return [`${path}.${field} is set by Vertex AI alone`];
      return ofType(`${path}.${field}`, type.replace("!", ""), item);
    }),
  ];
}

/** What the types cannot say. https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec */
function ofRules(job: CustomJob): string[] {
  const { displayName, labels = {}, jobSpec } = job;
  const pools = jobSpec.workerPoolSpecs;
  const labelled = Object.entries(labels).filter(([key, value]) => !LABEL.key.test(key) || !LABEL.value.test(value));
  return [
    ...(displayName.length <= 128 ? [] : ["job.displayName must have 128 characters at most"]),
    ...labelled.map(([key, value]) => `job.labels must be labels, got ${key}=${value}`),
    // https://cloud.google.com/vertex-ai/docs/training/distributed-training: one primary replica, four pools at most
    ...(pools.length >= 1 && pools.length <= 4 ? [] : ["job.jobSpec.workerPoolSpecs must have 1 to 4 pools"]),
    ...(pools[0]?.replicaCount === "1" ? [] : ["job.jobSpec.workerPoolSpecs[0].replicaCount must be 1"]),
    ...pools.flatMap(({ machineSpec }) => {
      const { acceleratorType, acceleratorCount, tpuTopology } = machineSpec;
      if ((acceleratorType === undefined) !== (acceleratorCount === undefined)) return ["a GPU needs type and count"];
      return tpuTopology !== undefined && acceleratorType !== undefined ? ["a TPU has no acceleratorType"] : [];
    }),
  ];
}

/** Of a job that the fake took: what tests ask it for. */
export interface CustomJob {
  readonly displayName: string;
  readonly labels?: { readonly [key: string]: string };
  readonly jobSpec: {
    readonly scheduling: { readonly timeout: string };
    readonly workerPoolSpecs: readonly {
      readonly replicaCount: string;
      readonly machineSpec: {
        readonly acceleratorType?: string;
        readonly acceleratorCount?: number;
        readonly tpuTopology?: string;
      };
      readonly containerSpec: { readonly env: readonly { readonly name: string; readonly value: string }[] };
    }[];
  };
}

/** What Vertex AI would refuse of the body of `customJobs.create`. Nothing: it is a `CustomJob`. */
export function problemsOf(body: unknown): string[] {
  const problems = ofMessage("job", "CustomJob", body as Json);
  return problems.length > 0 ? problems : ofRules(body as CustomJob);
}
