import { terraformOnAws } from "../emulated/aws";
import { Moto } from "../emulated/moto";
import { inPairs } from "../in-pairs";
import { PYTHON, say, suite, TERRAFORM } from "../suite";
import { DEPLOYABLE, READABLE, type Subject } from "./aws-stacks";
import type { Run } from "./terraform";
import { Workspace } from "./workspace";

const MINUTE = 60_000;

const SUBJECTS = [...DEPLOYABLE, ...READABLE];

interface Findings {
  /** What init and validate had to say. */
  readonly problems: readonly string[];
  readonly plan?: Run;
}

// The emulator answers what a plan asks the cloud: the account, its zones
suite("real Terraform with the real AWS provider", [TERRAFORM, PYTHON], () => {
  let moto: Moto;
  let findings: Map<Subject, Promise<Findings>>;

  const look = async (subject: Subject): Promise<Findings> => {
    const workspace = new Workspace();
    try {
      const terraform = terraformOnAws(subject.synth(workspace), moto);
      const init = terraform.init();
      if (init.problems.length > 0) return init;
      const { problems, seconds } = await terraform.validate();
      const plan = DEPLOYABLE.includes(subject) ? await terraform.plan() : undefined;
      const what = plan ? `${plan.changes.length} changes planned` : "validated";
      say(`${subject.name}: ${what}, ${Math.round(init.seconds + seconds + (plan?.seconds ?? 0))} s`);
      return { problems, plan };
    } finally {
      workspace.remove();
    }
  };

  beforeAll(async () => {
    moto = await Moto.start();
    findings = inPairs(SUBJECTS, look);
  }, 5 * MINUTE);

  afterAll(async () => {
    await Promise.allSettled(findings?.values() ?? []);
    await moto?.stop();
  }, 10 * MINUTE);

  it.each(SUBJECTS)(
    "has neither an error nor a warning to say about: $name",
    async (subject) => {
      expect((await findings.get(subject))?.problems).toEqual([]);
    },
    5 * MINUTE,
  );

  it.each(DEPLOYABLE)("plans to create and does nothing else: $name", async (subject) => {
    const { problems, changes = [] } = (await findings.get(subject))?.plan ?? {};
    expect(problems).toEqual([]);
    expect(changes).not.toEqual([]);
    expect(changes.filter((change) => !/^(create|read) /.test(change))).toEqual([]);
  });

  it("made the emulator fail at no call", () => {
    expect(moto.failures()).toEqual([]);
  });
});
