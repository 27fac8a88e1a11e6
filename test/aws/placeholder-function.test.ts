import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeholderFunction } from "../../lib/aws/placeholder-function";
import { PYTHON, suite } from "../suite";

const { zipBase64, handler } = placeholderFunction();

suite("the function that answers until there is an image", [PYTHON], () => {
  let folder: string;
  let zip: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "placeholder-"));
    zip = join(folder, "serve.zip");
    writeFileSync(zip, Buffer.from(zipBase64, "base64"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const python = (code: string): string => {
    const { stdout, stderr } = spawnSync("python3", ["-c", code, zip], { encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.trim();
  };

  test("is a zip that holds one readable file, without an error", () => {
    const code =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), oct(z.infolist()[0].external_attr >> 16))";
    expect(python(code)).toBe("None ['index.py'] 0o100644");
  });

  test.each([
    { path: "/health", answer: { statusCode: 200, body: '{"status": "waiting_for_image"}' } },
    { path: "/ready", answer: { statusCode: 200, body: '{"status": "waiting_for_image"}' } },
    {
      path: "/predict",
      answer: {
        statusCode: 503,
        headers: { "Content-Type": "application/json" },
        body: '{"error": {"code": "waiting_for_image", "message": "push an image and set imageTag"}}',
      },
    },
  ])("answers $path with $answer.statusCode", ({ path, answer }) => {
    const [module, name] = handler.split(".");
    const code = `import json, sys; sys.path.insert(0, sys.argv[1]); import ${module}; print(json.dumps(${module}.${name}({"rawPath": "${path}"}, None)))`;
    expect(JSON.parse(python(code))).toEqual(answer);
  });
});
