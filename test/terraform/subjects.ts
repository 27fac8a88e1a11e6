import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TerraformStack } from "cdktf";
import { VisionApp } from "../../stacks/app";
import type { Workspace } from "./workspace";

const EXAMPLES = resolve(__dirname, "..", "..", "examples");

/** Something to look at with Terraform or checkov. */
export interface Subject {
  readonly name: string;
  /** Synthesizes it and gives the folder of its stack. */
  readonly synth: (workspace: Workspace) => string;
}

interface Variant {
  readonly name: string;
  readonly add: (stack: TerraformStack) => unknown;
}

/** Each variant of an environment, alone in a stack. */
export function variantSubjects(
  variants: readonly Variant[],
  addProviders: (stack: TerraformStack) => void,
): readonly Subject[] {
  return variants.map(({ name, add }) => ({
    name,
    synth: (workspace) => {
      workspace.synth((stack) => {
        addProviders(stack);
        add(stack);
      });
      return workspace.folder();
    },
  }));
}

/** Stacks of the project, as cdktf.json has them. */
export function stackSubjects(names: readonly string[]): readonly Subject[] {
  return names.map((name) => ({
    name: `stack ${name}`,
    synth: (workspace) => {
      new VisionApp({ outdir: workspace.outdir }, {}).synth();
      return workspace.folder(name);
    },
  }));
}

/** The examples for a cloud. Their variables have no values here, so there is nothing to plan. */
export function exampleSubjects(cloud: string): readonly Subject[] {
  return readdirSync(EXAMPLES)
    .filter((name) => name.startsWith(`${cloud}-`))
    .map((name) => ({
      name: `example ${name}`,
      synth: (workspace) => {
        const env = { ...process.env, CDKTF_OUTDIR: workspace.outdir };
        execFileSync(process.execPath, [require.resolve("tsx/cli"), join(EXAMPLES, name, "main.ts")], { env });
        const [stack = ""] = readdirSync(join(workspace.outdir, "stacks"));
        return workspace.folder(stack);
      },
    }));
}
