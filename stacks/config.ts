import { App } from "cdktf";

/** What a deployment is told from outside: context of cdktf.json, overridden by environment variables. */
export interface Config {
  readonly name: string;
  readonly imageTag?: string;
  readonly alertEmails: string[];
  readonly monthlyUsd?: number;
  /** Where to be on each cloud; a cloud of which nothing is set has no stack. */
  readonly aws?: AwsConfig;
  readonly gcp?: GcpConfig;
}

export interface AwsConfig {
  readonly region: string;
  readonly accountId: string;
}

export interface GcpConfig {
  readonly region: string;
  readonly project: string;
  readonly projectNumber: string;
  /** Unset: the environment has no budget. */
  readonly billingAccount?: string;
}

export interface Setting {
  readonly key: string;
  readonly what: string;
  readonly example: string;
  readonly optional?: boolean;
  readonly pattern?: RegExp;
}

/** What AWS uses in its documentation, and a project of nobody: good for a look at the Terraform, refused at the first call. */
export const EXAMPLE_ACCOUNT = "123456789012";
export const EXAMPLE_PROJECT = "example-project";

const GENERAL: readonly Setting[] = [
  { key: "name", what: "name of the environment", example: "flowers" },
  { key: "imageTag", what: "version of the container that was pushed", example: "v1", optional: true },
  { key: "alertEmails", what: "who is written to, with commas between", example: "ml@example.com", optional: true },
  { key: "monthlyUsd", what: "budget in USD a month", example: "300", optional: true, pattern: /^\d+(\.\d+)?$/ },
];

const AWS: readonly Setting[] = [
  { key: "awsRegion", what: "region on AWS", example: "us-east-1", pattern: /^[a-z]{2}(-[a-z]+)+-\d$/ },
  { key: "awsAccountId", what: "account on AWS, 12 digits", example: EXAMPLE_ACCOUNT, pattern: /^\d{12}$/ },
];

const GCP: readonly Setting[] = [
  { key: "gcpRegion", what: "region on Google Cloud", example: "us-central1", pattern: /^[a-z]+-[a-z]+\d+$/ },
  { key: "gcpProject", what: "id of the Google Cloud project", example: EXAMPLE_PROJECT },
  { key: "gcpProjectNumber", what: "number of the Google Cloud project", example: "123456789012", pattern: /^\d{6,}$/ },
  {
    key: "gcpBillingAccount",
    what: "billing account of the Google Cloud project",
    example: "012345-6789AB-CDEF01",
    optional: true,
    pattern: /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
  },
];

export const SETTINGS: readonly Setting[] = [...GENERAL, ...AWS, ...GCP];

/** Name of the environment variable of a setting: `awsRegion` is `PYTORCH_VISION_AWS_REGION`. */
export function variableOf(key: string): string {
  return `PYTORCH_VISION_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Refuses what is missing or has the wrong form with a sentence that says what to set. */
export function readConfig(app: App, variables: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable is a variable that a pipeline left unset.
  const given = (key: string): string => variables[variableOf(key)] || String(app.node.tryGetContext(key) ?? "");
  const isSet = (settings: readonly Setting[]): boolean => settings.some(({ key }) => given(key) !== "");
  const read = (settings: readonly Setting[]) => {
    const values = new Map(settings.map((setting) => [setting.key, checked(setting, given(setting.key))]));
    return { text: (key: string) => values.get(key) ?? "", maybe: (key: string) => values.get(key) || undefined };
  };
  const general = read(GENERAL);
  const monthlyUsd = general.maybe("monthlyUsd");
  const emails = general.text("alertEmails").split(",");
  const aws = isSet(AWS) ? read(AWS) : undefined;
  const gcp = isSet(GCP) ? read(GCP) : undefined;
  return {
    name: general.text("name"),
    imageTag: general.maybe("imageTag"),
    alertEmails: emails.map((email) => email.trim()).filter(Boolean),
    monthlyUsd: monthlyUsd === undefined ? undefined : Number(monthlyUsd),
    aws: aws && { region: aws.text("awsRegion"), accountId: aws.text("awsAccountId") },
    gcp: gcp && {
      region: gcp.text("gcpRegion"),
      project: gcp.text("gcpProject"),
      projectNumber: gcp.text("gcpProjectNumber"),
      billingAccount: gcp.maybe("gcpBillingAccount"),
    },
  };
}

function checked({ key, what, example, optional, pattern }: Setting, value: string): string {
  if (value === "" ? optional : (pattern?.test(value) ?? true)) return value;
  throw new Error(
    `${key} must be the ${what}, got ${value === "" ? "nothing" : `"${value}"`}; ` +
      `set context.${key} in cdktf.json, or the variable ${variableOf(key)}, for example to ${example}`,
  );
}
