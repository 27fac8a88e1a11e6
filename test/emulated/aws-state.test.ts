import { VisionApp } from "../../stacks/app";
import { EXAMPLE_ACCOUNT } from "../../stacks/config";
import { PYTHON, suite, TERRAFORM } from "../suite";
import type { Terraform } from "../terraform/terraform";
import { Workspace } from "../terraform/workspace";
import { terraformOnAws } from "./aws";
import { Moto } from "./moto";

const MINUTES = 60_000;

// README's first deployment: the bucket for state, then the environment with its state in that bucket
suite("state in a bucket, on an emulated AWS", [TERRAFORM, PYTHON], () => {
  const workspace = new Workspace();
  let moto: Moto;
  let state: Terraform;

  beforeAll(async () => {
    moto = await Moto.start();
    new VisionApp({ outdir: workspace.outdir }, { PYTORCH_VISION_AWS_ACCOUNT_ID: EXAMPLE_ACCOUNT }).synth();
    state = terraformOnAws(workspace.folder("aws-state"), moto);
  }, 5 * MINUTES);

  afterAll(async () => {
    await moto?.stop();
    workspace.remove();
  });

  it(
    "makes the bucket, and needs no change right after",
    async () => {
      expect(state.init().problems).toEqual([]);
      expect((await state.plan()).problems).toEqual([]);
      expect((await state.apply()).problems).toEqual([]);
      const again = await state.plan();
      expect({ problems: again.problems, changes: again.changes }).toEqual({ problems: [], changes: [] });
    },
    5 * MINUTES,
  );

  it(
    "is found there by the environment's stack, which locks it",
    async () => {
      const environment = terraformOnAws(workspace.folder("aws"), moto, { backend: { use_path_style: "true" } });
      expect(environment.init().problems).toEqual([]);
      expect((await environment.plan()).problems).toEqual([]);
      const locks = moto.requests().filter((request) => /PUT \S*\/aws\.tfstate\.tflock\b/.test(request));
      expect(locks).toHaveLength(1);
    },
    2 * MINUTES,
  );

  it(
    "refuses to be destroyed",
    async () => {
      const { problems } = await state.destroy();
      expect(problems).toEqual([expect.stringContaining("Instance cannot be destroyed")]);
      expect(moto.failures()).toEqual([]);
    },
    2 * MINUTES,
  );
});
