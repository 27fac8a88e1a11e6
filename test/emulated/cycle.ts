/* eslint-disable jest/no-export, jest/valid-title, jest/expect-expect -- declares the tests of other files */
import type { TerraformStack } from "cdktf";
import { say, suite, PYTHON, TERRAFORM } from "../suite";
import type { Run, Terraform } from "../terraform/terraform";
import { Workspace } from "../terraform/workspace";
import { addProvider, terraformOnAws } from "./aws";
import { Moto } from "./moto";

/** An environment that is made, changed and removed. */
export interface Cycle {
  readonly name: string;
  readonly before: (stack: TerraformStack) => void;
  readonly after: (stack: TerraformStack) => void;
  /** All that the change deletes or replaces, `delete aws_x.y` without the hash of its path: a list that grows has lost somebody's data. */
  readonly removed: readonly string[];
}

const STEP_MILLISECONDS = 5 * 60_000;

/** What stays in the emulated account after a clean destroy, though nothing of ours made it. */
const NOT_OURS: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^iam\/roles\/.*:role\/aws-service-role\//, why: "a service-linked role belongs to its service, as on AWS" },
  { path: /^ecs\/clusters\/(OnDemand|Spot)_Batch_/, why: "the cluster behind a compute environment is left by moto" },
  { path: /^ec2\/enis\//, why: "the interface of a NAT gateway, an endpoint or a load balancer is left by moto" },
  { path: /^ec2\/network_acls\//, why: "the default list of a VPC is left by moto" },
];

const left = (held: readonly string[]) => held.filter((path) => !NOT_OURS.some((known) => known.path.test(path)));

const taken = ({ changes }: Run) =>
  changes
    .filter((change) => /^(replace|delete) (?!output\.)/.test(change))
    .map((change) => change.replace(/_[0-9A-F]{8}$/, ""));

/** Real Terraform and the real provider, against an emulated AWS: apply, change, destroy, with plans that find nothing in between. */
export function provesCycle({ name, before, after, removed }: Cycle): void {
  suite(`${name} on an emulated AWS`, [TERRAFORM, PYTHON], () => {
    const workspace = new Workspace();
    let moto: Moto;
    let terraform: Terraform;
    let made = false;

    /** A step of the cycle. Where the first one failed, the others prove nothing. */
    const step = (title: string, work: () => Promise<void>, first = false) =>
      it(
        title,
        async () => {
          if (!made && !first) throw new Error("not tried: the environment could not be made");
          const started = Date.now();
          await work();
          say(`${name}: ${title}, ${Math.round((Date.now() - started) / 1000)} s`);
        },
        STEP_MILLISECONDS,
      );

    const planAndApply = async (): Promise<Run> => {
      const plan = await terraform.plan();
      expect(plan.problems).toEqual([]);
      expect((await terraform.apply()).problems).toEqual([]);
      return plan;
    };

    const planFindsNothing = async () => {
      const { problems, changes } = await terraform.plan();
      expect({ problems, changes }).toEqual({ problems: [], changes: [] });
    };

    beforeAll(async () => {
      moto = await Moto.start();
    }, STEP_MILLISECONDS);

    afterAll(async () => {
      await moto?.stop();
      workspace.remove();
    });

    const synth = (add: (stack: TerraformStack) => void) =>
      workspace.synth((stack) => {
        addProvider(stack);
        add(stack);
      });

    const isMade = async () => {
      synth(before);
      terraform = terraformOnAws(workspace.folder(), moto);
      expect(terraform.init().problems).toEqual([]);
      await planAndApply();
      made = true;
      expect(left(await moto.held())).not.toEqual([]);
    };
    step("is made", isMade, true);

    step("needs no change right after it was made", planFindsNothing);

    step("is changed in place", async () => {
      synth(after);
      expect(taken(await planAndApply())).toEqual(removed);
    });

    step("needs no change right after it was changed", planFindsNothing);

    step("is destroyed without a rest", async () => {
      expect((await terraform.destroy()).problems).toEqual([]);
      expect(await terraform.state()).toEqual([]);
      expect(left(await moto.held())).toEqual([]);
    });

    // Not a step: of interest above all when a step failed
    it("made the emulator fail at no call", () => {
      expect(moto.failures()).toEqual([]);
    });
  });
}
