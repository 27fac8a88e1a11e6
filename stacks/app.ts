import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, AppConfig } from "cdktf";
import { AwsStack } from "./aws";
import { AwsStateStack } from "./aws-state";
import { Config, readConfig } from "./config";

/** Every stack of the project. */
export class VisionApp extends App {
  public readonly config: Config;
  public readonly aws: AwsStack;

  public constructor(options: AppConfig = {}, variables?: NodeJS.ProcessEnv) {
    super({ context: contextOfProject(), ...options });
    this.config = readConfig(this, variables);
    new AwsStateStack(this, "aws-state", this.config);
    this.aws = new AwsStack(this, "aws", this.config);
  }
}

/** The context of cdktf.json, which the cdktf command hands over and a plain start does not. */
function contextOfProject(): { [key: string]: unknown } {
  return JSON.parse(readFileSync(join(__dirname, "..", "cdktf.json"), "utf8")).context;
}
