import { VisionApp } from "../../stacks/app";
import { EXAMPLE_ACCOUNT } from "../../stacks/config";
import { VARIANTS } from "../aws/variants";
import { addProvider } from "../emulated/aws";
import { PYTHON, say, suite } from "../suite";
import { Workspace } from "../terraform/workspace";
import { checkov, type Report } from "./checkov";
import { SKIPS } from "./skips";

const MINUTE = 60_000;

/** Synthesizes something into a workspace, and says in which folder the stack lies. */
interface Scanned {
  readonly name: string;
  readonly synth: (workspace: Workspace) => string;
}

const SCANNED: readonly Scanned[] = [
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

async function scan({ name, synth }: Scanned): Promise<Report> {
  const workspace = new Workspace();
  try {
    const started = Date.now();
    const report = await checkov(synth(workspace));
    say(`${name}: ${report.passed} checks passed, ${Math.round((Date.now() - started) / 1000)} s`);
    return report;
  } finally {
    workspace.remove();
  }
}

suite("checkov", [PYTHON], () => {
  const reports = new Map<string, Report>();

  // Two at a time: most of a scan is one core reading policies
  beforeAll(async () => {
    const queue = [...SCANNED];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        reports.set(next.name, await scan(next));
      }
    };
    await Promise.all([work(), work()]);
  }, 10 * MINUTE);

  it.each(SCANNED)("finds nothing that is not a written choice: $name", ({ name }) => {
    const report = reports.get(name);
    const findings = report?.failed
      .filter(({ id, resource }) => !SKIPS.some(({ check, on }) => check === id && on.includes(resource)))
      .map(({ id, resource, wants }) => `${id} ${resource}: ${wants}`);
    expect(findings).toEqual([]);
  });

  it("still needs every skip, on every resource that it names", () => {
    const failed = new Set(
      [...reports.values()].flatMap((report) => report.failed.map((f) => `${f.id} ${f.resource}`)),
    );
    const unused = SKIPS.flatMap(({ check, on }) => on.map((resource) => `${check} ${resource}`)).filter(
      (skip) => !failed.has(skip),
    );
    expect(unused).toEqual([]);
  });

  it("read the stacks: hundreds of checks passed", () => {
    expect(reports.get("default")?.passed).toBeGreaterThan(100);
  });
});
