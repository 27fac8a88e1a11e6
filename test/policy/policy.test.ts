import { PYTHON, say, suite } from "../suite";
import { DEPLOYABLE as ON_AWS } from "../terraform/aws-stacks";
import { DEPLOYABLE as ON_GCP } from "../terraform/gcp-stacks";
import { Workspace } from "../terraform/workspace";
import { SKIPS as AWS_SKIPS } from "./aws-skips";
import { checkov, installCheckov, type Report } from "./checkov";
import { SKIPS as GCP_SKIPS } from "./gcp-skips";

const MINUTE = 60_000;

const CLOUDS = [
  { cloud: "aws", stacks: ON_AWS, skips: AWS_SKIPS, most: 200 },
  { cloud: "gcp", stacks: ON_GCP, skips: GCP_SKIPS, most: 60 },
];
const STACKS = CLOUDS.flatMap(({ cloud, stacks, skips }) =>
  stacks.map(({ name, synth }) => ({ name: `${cloud}: ${name}`, synth, skips })),
);

suite("checkov", [PYTHON], () => {
  const reports = new Map<string, Report>();
  const reportsOf = (cloud: string): Report[] =>
    [...reports].filter(([name]) => name.startsWith(`${cloud}: `)).map(([, report]) => report);

  beforeAll(async () => {
    installCheckov();
    const started = Date.now();
    const made = STACKS.map(({ name, synth }) => ({ name, synth, workspace: new Workspace() }));
    try {
      const folders = new Map(made.map(({ name, synth, workspace }) => [name, synth(workspace)]));
      for (const [name, report] of await checkov(folders)) reports.set(name, report);
    } finally {
      for (const { workspace } of made) workspace.remove();
    }
    const passed = [...reports.values()].reduce((sum, report) => sum + report.passed, 0);
    say(`${passed} checks passed on ${STACKS.length} stacks, ${Math.round((Date.now() - started) / 1000)} s`);
  }, 10 * MINUTE);

  it.each(STACKS)("finds nothing that is not a written choice: $name", ({ name, skips }) => {
    const findings = reports
      .get(name)
      ?.failed.filter(({ id, resource }) => !skips.some(({ check, on }) => check === id && on.includes(resource)))
      .map(({ id, resource, wants }) => `${id} ${resource}: ${wants}`);
    expect(findings).toEqual([]);
  });

  it.each(CLOUDS)("still needs every skip, on every resource that it names: $cloud", ({ cloud, skips }) => {
    const failed = reportsOf(cloud).flatMap((report) => report.failed.map(({ id, resource }) => `${id} ${resource}`));
    const named = skips.flatMap(({ check, on }) => on.map((resource) => `${check} ${resource}`));
    expect(named.filter((skip) => !failed.includes(skip))).toEqual([]);
  });

  it.each(CLOUDS)("read the stacks: many checks passed on the largest, some on each: $cloud", ({ cloud, most }) => {
    const passed = reportsOf(cloud).map((report) => report.passed);
    expect(Math.max(...passed)).toBeGreaterThan(most);
    expect(Math.min(...passed)).toBeGreaterThan(0);
  });
});
