import { VisionApp } from "../../stacks/app";
import { EXAMPLE_ACCOUNT } from "../../stacks/config";
import { VARIANTS } from "../aws/variants";
import { addProvider, terraformOnAws } from "../emulated/aws";
import { Moto } from "../emulated/moto";
import { PYTHON, say, suite, TERRAFORM } from "../suite";
import type { Run } from "./terraform";
import { Workspace } from "./workspace";

const MINUTE = 60_000;

const creations = ({ changes }: Run) => changes.filter((change) => /^create (?!output\.)/.test(change));

// The emulator answers what a plan asks the cloud: the account, its zones
suite("real Terraform with the real AWS provider", [TERRAFORM, PYTHON], () => {
  let moto: Moto;
  let workspace: Workspace;

  beforeAll(async () => {
    moto = await Moto.start();
  }, 5 * MINUTE);

  afterAll(() => moto?.stop());

  beforeEach(() => {
    workspace = new Workspace();
  });

  afterEach(() => workspace.remove());

  /** Neither an error nor a warning, and everything that is planned is new. */
  const expectCleanPlan = async (name: string, folder: string) => {
    const terraform = terraformOnAws(folder, moto);
    const init = terraform.init();
    expect(init.problems).toEqual([]);
    const validate = await terraform.validate();
    expect(validate.problems).toEqual([]);
    const plan = await terraform.plan();
    expect(plan.problems).toEqual([]);
    const created = creations(plan);
    expect(created).not.toEqual([]);
    expect(plan.changes.filter((change) => !change.startsWith("create "))).toEqual([]);
    const seconds = Math.round(init.seconds + validate.seconds + plan.seconds);
    say(`${name}: ${created.length} resources planned, ${seconds} s`);
  };

  it.each(VARIANTS)(
    "plans an environment: $name",
    async ({ name, add }) => {
      workspace.synth((stack) => {
        addProvider(stack);
        add(stack);
      });
      await expectCleanPlan(name, workspace.folder());
    },
    2 * MINUTE,
  );

  it.each(["aws-state", "aws"])(
    "plans the stack %s",
    async (name) => {
      new VisionApp({ outdir: workspace.outdir }, { PYTORCH_VISION_AWS_ACCOUNT_ID: EXAMPLE_ACCOUNT }).synth();
      await expectCleanPlan(name, workspace.folder(name));
    },
    2 * MINUTE,
  );

  it("made the emulator fail at no call", () => {
    expect(moto.failures()).toEqual([]);
  });
});
