import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { VisionApp } from "../../stacks/app";
import { EXAMPLE_ACCOUNT } from "../../stacks/config";
import { VARIANTS } from "../aws/variants";
import { addProvider } from "../emulated/aws";
import type { Workspace } from "./workspace";

const EXAMPLES = resolve(__dirname, "..", "..", "examples");

/** Something to look at with Terraform or checkov. */
export interface Subject {
  readonly name: string;
  /** Synthesizes it and gives the folder of its stack. */
  readonly synth: (workspace: Workspace) => string;
}

/** Every variant of an environment, and the project's own stacks. */
export const DEPLOYABLE: readonly Subject[] = [
  ...VARIANTS.map(({ name, add }) => ({
    name,
    synth: (workspace: Workspace) => {
      workspace.synth((stack) => {
        addProvider(stack);
        add(stack);
      });
      return workspace.folder();
    },
  })),
  ...["aws-state", "aws"].map((name) => ({
    name: `stack ${name}`,
    synth: (workspace: Workspace) => {
      new VisionApp({ outdir: workspace.outdir }, { PYTORCH_VISION_AWS_ACCOUNT_ID: EXAMPLE_ACCOUNT }).synth();
      return workspace.folder(name);
    },
  })),
];

/** Examples. Their variables have no values here, so there is nothing to plan. */
export const READABLE: readonly Subject[] = readdirSync(EXAMPLES)
  .filter((name) => name.startsWith("aws-"))
  .map((name) => ({
    name: `example ${name}`,
    synth: (workspace: Workspace) => {
      const env = { ...process.env, CDKTF_OUTDIR: workspace.outdir };
      execFileSync(process.execPath, [require.resolve("tsx/cli"), join(EXAMPLES, name, "main.ts")], { env });
      const [stack = ""] = readdirSync(join(workspace.outdir, "stacks"));
      return workspace.folder(stack);
    },
  }));
