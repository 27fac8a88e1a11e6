import { PYTHON, suite } from "../suite";
import { Moto } from "./moto";

const MINUTE = 60_000;

/** A request as the AWS SDKs make it, without a signature that would hold. */
function request(moto: Moto, service: string, init: RequestInit, path = "/"): Promise<Response> {
  const scope = `Credential=test/20260101/us-east-1/${service}/aws4_request`;
  const headers = { ...init.headers, Authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
  return fetch(`${moto.endpoint}${path}`, { ...init, headers });
}

// What the other tests rely on to fail
suite("the emulated AWS", [PYTHON], () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await Moto.start();
  }, 5 * MINUTE);

  afterAll(() => moto?.stop());

  it("answers first requests that come at once", async () => {
    const body = new URLSearchParams({ Action: "DescribeAvailabilityZones", Version: "2016-11-15" });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => request(moto, "ec2", { method: "POST", body })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(moto.requests().length).toBeGreaterThanOrEqual(5);
  });

  it("holds nothing but what every account has until something is made, and again after a reset", async () => {
    expect(await moto.held()).toEqual([]);
    await request(moto, "s3", { method: "PUT" }, "/left-over");
    expect(await moto.held()).toEqual(["s3/buckets/left-over arn:aws:s3:::left-over"]);
    await moto.reset();
    expect(await moto.held()).toEqual([]);
  });

  it("tells which call it failed at", async () => {
    expect(moto.failures()).toEqual([]);
    const headers = { "X-Amz-Target": "Logs_20140328.PutIndexPolicy", "Content-Type": "application/x-amz-json-1.1" };
    await request(moto, "logs", { method: "POST", headers, body: "{}" });
    expect(moto.failures()).toEqual([expect.stringMatching(/"POST \/ HTTP\/1.1" 500 /)]);
  });
});
