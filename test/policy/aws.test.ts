import { inPairs } from "../in-pairs";
import { PYTHON, say, suite } from "../suite";
import { DEPLOYABLE, type Subject } from "../terraform/aws-stacks";
import { Workspace } from "../terraform/workspace";
import { checkov, installCheckov, type Report } from "./checkov";
import { SKIPS } from "./skips";

const MINUTE = 60_000;

suite("checkov", [PYTHON], () => {
  let reports: Map<Subject, Promise<Report>>;

  beforeAll(() => {
    installCheckov();
    reports = inPairs(DEPLOYABLE, async ({ name, synth }) => {
      const workspace = new Workspace();
      try {
        const started = Date.now();
        const report = await checkov(synth(workspace));
        say(`${name}: ${report.passed} checks passed, ${Math.round((Date.now() - started) / 1000)} s`);
        return report;
      } finally {
        workspace.remove();
      }
    });
  }, 5 * MINUTE);

  afterAll(() => Promise.allSettled(reports?.values() ?? []), 5 * MINUTE);

  it.each(DEPLOYABLE)(
    "finds nothing that is not a written choice: $name",
    async (subject) => {
      const findings = (await reports.get(subject))?.failed
        .filter(({ id, resource }) => !SKIPS.some(({ check, on }) => check === id && on.includes(resource)))
        .map(({ id, resource, wants }) => `${id} ${resource}: ${wants}`);
      expect(findings).toEqual([]);
    },
    5 * MINUTE,
  );

  it("still needs every skip, on every resource that it names", async () => {
    const all = await Promise.all(reports.values());
    const failed = new Set(all.flatMap((report) => report.failed.map(({ id, resource }) => `${id} ${resource}`)));
    const skips = SKIPS.flatMap(({ check, on }) => on.map((resource) => `${check} ${resource}`));
    expect(skips.filter((skip) => !failed.has(skip))).toEqual([]);
  });

  it("read the stacks: hundreds of checks passed", async () => {
    const all = await Promise.all(reports.values());
    expect(Math.max(...all.map(({ passed }) => passed))).toBeGreaterThan(200);
  });
});
