import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, AppConfig } from "cdktf";
import { AwsStack } from "./aws";
import { AwsStateStack } from "./aws-state";
import { Config, readConfig } from "./config";
import { GcpStack } from "./gcp";
import { GcpStateStack } from "./gcp-state";

/** Every stack of the project: two for each cloud that the configuration says where to be on. */
export class VisionApp extends App {
  public readonly config: Config;
  public readonly aws?: AwsStack;
  public readonly gcp?: GcpStack;

  public constructor(options: AppConfig = {}, variables?: NodeJS.ProcessEnv) {
    super({ context: contextOfProject(), ...options });
    const config = readConfig(this, variables);
    this.config = config;
    if (config.aws) {
      new AwsStateStack(this, "aws-state", config, config.aws);
      this.aws = new AwsStack(this, "aws", config, config.aws);
    }
    if (config.gcp) {
      new GcpStateStack(this, "gcp-state", config, config.gcp);
      this.gcp = new GcpStack(this, "gcp", config, config.gcp);
    }
  }
}

/** The context of cdktf.json, which the cdktf command hands over and a plain start does not. */
function contextOfProject(): { [key: string]: unknown } {
  return JSON.parse(readFileSync(join(__dirname, "..", "cdktf.json"), "utf8")).context;
}
