import { ChildProcess, spawn, spawnSync } from "node:child_process";
import { AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { PLACEHOLDER_SERVER, placeholderTraining } from "../../lib/core/placeholder";
import { PYTHON, suite } from "../suite";

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

suite("the server that answers until there is an image", [PYTHON], () => {
  let server: ChildProcess;
  let address: string;

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    server = spawn("python3", ["-c", PLACEHOLDER_SERVER.replace("8080", String(port))], { stdio: "ignore" });
    for (let tries = 0; tries < 200; tries++) {
      const up = await fetch(address).then(Boolean, () => false);
      if (up) return;
      await sleep(50);
    }
    throw new Error("the placeholder did not start within ten seconds");
  });

  afterAll(() => {
    server.kill();
  });

  test.each(["/health", "/ready"])("is taken for healthy: %s", async (path) => {
    const answer = await fetch(address + path);
    expect([answer.status, answer.headers.get("content-type"), await answer.json()]).toEqual([
      200,
      "application/json",
      { status: "waiting_for_image" },
    ]);
  });

  test("says what to do when it is asked to predict", async () => {
    const answer = await fetch(`${address}/predict`, { method: "POST", body: Buffer.alloc(3_000_000) });
    expect([answer.status, answer.headers.get("content-type"), await answer.json()]).toEqual([
      503,
      "application/json",
      { error: { code: "waiting_for_image", message: "push an image and set imageTag" } },
    ]);
  });

  test("knows no other page", async () => {
    expect((await fetch(address)).status).toBe(404);
  });

  test("answers several callers at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${address}/ready`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

describe("what travels through Terraform as it is", () => {
  test.each([PLACEHOLDER_SERVER, placeholderTraining("example.com/vision")])(
    "holds nothing that it would read",
    (code) => {
      expect(code).not.toMatch(/[$]|%\{/);
    },
  );

  test("names the port that containers listen on", () => {
    expect(PLACEHOLDER_SERVER).toContain("h.ThreadingHTTPServer(('0.0.0.0', 8080), H)");
  });
});

suite("a training run without an image", [PYTHON], () => {
  test("says what to push and ends with the status that is not tried again", () => {
    const run = spawnSync("python3", [
      "-c",
      placeholderTraining("123456789012.dkr.ecr.us-east-1.amazonaws.com/vision"),
    ]);
    expect([run.status, run.stdout.toString(), run.stderr.toString()]).toEqual([
      64,
      "no image: push one to 123456789012.dkr.ecr.us-east-1.amazonaws.com/vision and set imageTag\n",
      "",
    ]);
  });
});
