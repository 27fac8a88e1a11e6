import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Published, ROOT, run, tool } from "./published";

const MINUTE = 60_000;
const EXAMPLES = readdirSync(join(ROOT, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe("the package that a user installs", () => {
  let published: Published;

  beforeAll(() => {
    published = new Published();
  }, 5 * MINUTE);

  afterAll(() => published?.remove());

  it("was built without a warning, for users of other languages too", () => {
    expect(existsSync(join(published.folder, ".jsii"))).toBe(true);
  });

  it("holds what was compiled and nothing else", () => {
    const expected = /^(dist\/.*\.(js|d\.ts)|\.jsii|package\.json|README\.md|LICENSE)$/;
    expect(published.files.filter((path) => !expected.test(path))).toEqual([]);
  });

  it.each([
    { name: "cdktf-pytorch-vision", exported: "aws" },
    { name: "cdktf-pytorch-vision/core", exported: "Accelerator" },
    { name: "cdktf-pytorch-vision/aws", exported: "Environment" },
    { name: "cdktf-pytorch-vision/gcp", exported: "Environment" },
  ])("can be required as $name", ({ name, exported }) => {
    const script = `process.stdout.write(Object.keys(require("${name}")).join(" "))`;
    expect(run(process.execPath, ["-e", script], published.project).split(" ")).toContain(exported);
  });

  it("keeps the rest of its files to itself", () => {
    const script = `require("cdktf-pytorch-vision/dist/aws/machines")`;
    expect(() => run(process.execPath, ["-e", script], published.project)).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it(
    "has snippets in README and docstrings that compile",
    () => {
      const args = [tool("jsii-rosetta/bin/jsii-rosetta"), "extract", "--strict", published.folder];
      expect(() => run(process.execPath, args, published.project)).not.toThrow();
    },
    2 * MINUTE,
  );

  it(
    "has types with which every example compiles",
    () => {
      const compilerOptions = { strict: true, noEmit: true, module: "node16", target: "es2022", types: ["node"] };
      const config = { compilerOptions, include: ["examples"] };
      writeFileSync(join(published.project, "tsconfig.json"), JSON.stringify(config));
      expect(() => run(process.execPath, [tool("typescript/bin/tsc")], published.project)).not.toThrow();
    },
    2 * MINUTE,
  );

  it(
    "has an API.md that says what its docstrings say",
    () => {
      const output = join(published.project, "API");
      run(process.execPath, [tool("jsii-docgen/bin/jsii-docgen"), "--output", output], ROOT);
      expect(readFileSync(`${output}.md`, "utf8")).toBe(readFileSync(join(ROOT, "API.md"), "utf8"));
    },
    2 * MINUTE,
  );

  it("has an example", () => {
    expect(EXAMPLES).not.toEqual([]);
  });

  it.each(EXAMPLES)(
    "synthesizes the example %s",
    (name) => {
      const folder = join(published.project, "examples", name);
      const outdir = join(published.project, `out-${name}`);
      run(process.execPath, [tool("tsx/dist/cli.mjs"), "main.ts"], folder, { CDKTF_OUTDIR: outdir });
      const stacks = readdirSync(join(outdir, "stacks"));
      expect(stacks).not.toEqual([]);
      expect(stacks.filter((stack) => !existsSync(join(outdir, "stacks", stack, "cdk.tf.json")))).toEqual([]);
    },
    MINUTE,
  );
});
