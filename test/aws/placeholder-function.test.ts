import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeholderFunction } from "../../lib/aws/placeholder-function";
import { PYTHON, suite } from "../suite";

const { zipBase64, hash, handler } = placeholderFunction();
const zip = Buffer.from(zipBase64, "base64");

// Reads the zip as Lambda does, then calls the handler with an event of an HTTP API for each path.
const DRIVER = `
import importlib, json, sys, zipfile
sys.dont_write_bytecode = True
archive, folder, handler, *paths = sys.argv[1:]
with zipfile.ZipFile(archive) as z:
    bad = z.testzip()
    entries = [[i.filename, i.compress_type, oct(i.external_attr >> 16), i.date_time] for i in z.infolist()]
    z.extractall(folder)
sys.path.insert(0, folder)
module, name = handler.split(".")
call = getattr(importlib.import_module(module), name)
print(json.dumps({"bad": bad, "entries": entries, "answers": [call({"version": "2.0", "rawPath": p}, None) for p in paths]}))
`;

interface Answer {
  readonly statusCode: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: string;
}

suite("the function that answers until there is an image", [PYTHON], () => {
  const folder = mkdtempSync(join(tmpdir(), "placeholder-"));
  const run = ((): { bad: string | null; entries: unknown[]; answers: Answer[] } => {
    const archive = join(folder, "serve.zip");
    writeFileSync(archive, zip);
    const paths = ["/health", "/ready", "/predict", "/"];
    const { stdout, stderr } = spawnSync("python3", ["-c", DRIVER, archive, join(folder, "code"), handler, ...paths]);
    if (stderr.length > 0) throw new Error(stderr.toString());
    return JSON.parse(stdout.toString());
  })();

  afterAll(() => rmSync(folder, { recursive: true }));

  test("is a whole zip of one file that everyone may read, with a date that never changes", () => {
    expect(run.bad).toBeNull();
    expect(run.entries).toEqual([["index.py", 0, "0o100644", [1980, 1, 1, 0, 0, 0]]]);
  });

  test.each([
    ["/health", 0],
    ["/ready", 1],
  ])("is taken for healthy: %s", (_, i) => {
    expect(run.answers[i].statusCode).toBe(200);
    expect(JSON.parse(run.answers[i].body)).toEqual({ status: "waiting_for_image" });
  });

  test("says what to do when it is asked to predict, and for anything else", () => {
    const waiting = { error: { code: "waiting_for_image", message: "push an image and set imageTag" } };
    for (const answer of run.answers.slice(2)) {
      expect([answer.statusCode, answer.headers]).toEqual([503, { "Content-Type": "application/json" }]);
      expect(JSON.parse(answer.body)).toEqual(waiting);
    }
  });
});

describe("the zip of that function", () => {
  test("has the hash by which Terraform and Lambda know that it has not changed", () => {
    expect(hash).toBe(createHash("sha256").update(zip).digest("base64"));
    expect(handler).toBe("index.handler");
  });

  test("is the same bytes every time", () => {
    expect(placeholderFunction()).toEqual({ zipBase64, hash, handler });
  });
});
