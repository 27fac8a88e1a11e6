import { App } from "cdktf";

/** What a deployment is told from outside: context of cdktf.json, overridden by environment variables. */
export interface Config {
  readonly name: string;
  readonly imageTag?: string;
  readonly alertEmails: string[];
  readonly monthlyUsd?: number;
  readonly awsRegion: string;
  readonly awsAccountId: string;
}

interface Setting {
  readonly key: keyof Config;
  readonly what: string;
  readonly example: string;
  readonly required: boolean;
  readonly pattern: RegExp;
}

/** The account that AWS uses in its documentation: good for a look at the Terraform, refused by AWS at the first call. */
export const EXAMPLE_ACCOUNT = "123456789012";

export const SETTINGS: readonly Setting[] = [
  { key: "name", what: "name of the environment", example: "flowers", required: true, pattern: /./ },
  { key: "imageTag", what: "version of the container that was pushed", example: "v1", required: false, pattern: /./ },
  {
    key: "alertEmails",
    what: "who is written to, with commas between",
    example: "ml@example.com",
    required: false,
    pattern: /./,
  },
  { key: "monthlyUsd", what: "budget in USD a month", example: "300", required: false, pattern: /^\d+(\.\d+)?$/ },
  { key: "awsRegion", what: "region on AWS", example: "us-east-1", required: true, pattern: /^[a-z]{2}(-[a-z]+)+-\d$/ },
  {
    key: "awsAccountId",
    what: "account on AWS, 12 digits",
    example: EXAMPLE_ACCOUNT,
    required: true,
    pattern: /^\d{12}$/,
  },
];

/** Name of the environment variable of a setting: `awsRegion` is `PYTORCH_VISION_AWS_REGION`. */
export function variableOf(key: string): string {
  return `PYTORCH_VISION_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Refuses what is missing or has the wrong form with a sentence that says what to set. */
export function readConfig(app: App, variables: NodeJS.ProcessEnv = process.env): Config {
  const read = (key: keyof Config): string | undefined => {
    const setting = SETTINGS.find((one) => one.key === key);
    // An empty variable is a variable that a pipeline left unset.
    const value = variables[variableOf(key)] || String(app.node.tryGetContext(key) ?? "");
    if (!setting || (value === "" && !setting.required)) return undefined;
    if (setting.pattern.test(value)) return value;
    throw new Error(
      `${key} must be the ${setting.what}, got ${value === "" ? "nothing" : `"${value}"`}; ` +
        `set context.${key} in cdktf.json, or the variable ${variableOf(key)}, for example to ${setting.example}`,
    );
  };
  const required = (key: keyof Config): string => read(key) ?? "";
  const monthlyUsd = read("monthlyUsd");
  return {
    name: required("name"),
    imageTag: read("imageTag"),
    alertEmails: (read("alertEmails") ?? "")
      .split(",")
      .map((email) => email.trim())
      .filter(Boolean),
    monthlyUsd: monthlyUsd === undefined ? undefined : Number(monthlyUsd),
    awsRegion: required("awsRegion"),
    awsAccountId: required("awsAccountId"),
  };
}
