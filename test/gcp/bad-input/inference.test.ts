import { Accelerator, EndpointAccess, InferenceProps } from "../../../lib/core";
import { LATER_LIST, LATER_NUMBER, LATER_TEXT } from "../../core/tokens";
import { NETWORK } from "../parts";
import { Asked, refused } from "./refused";

const inference = (props: InferenceProps, more: Asked = {}): string => refused({ inference: props, ...more });
const L4 = Accelerator.L4;
const RTX = Accelerator.RTX_PRO_6000;

describe("the replicas of an endpoint on Cloud Run", () => {
  const most = (given: number): string =>
    `SpecError: inference.maxReplicas must be a whole number from 1 to 100, got ${given}; ` +
    "Cloud Run gives a service no more unless asked";
  const concurrency = (given: number): string =>
    `SpecError: inference.concurrency must be a whole number from 1 to 1000, got ${given}; give requests in flight per replica`;

  test.each<[props: InferenceProps, answer: string]>([
    [{ maxReplicas: 1 }, "accepted"],
    [{ maxReplicas: 100 }, "accepted"],
    [{ maxReplicas: 101 }, most(101)],
    [{ minReplicas: 100, maxReplicas: 100 }, "accepted"],
    [{ concurrency: 1 }, "accepted"],
    [{ concurrency: 1000 }, "accepted"],
    [{ concurrency: 0 }, concurrency(0)],
    [{ concurrency: 1001 }, concurrency(1001)],
    [
      { minReplicas: 3, maxReplicas: 2 },
      "SpecError: inference.minReplicas must be at most inference.maxReplicas (2), got 3; lower it or raise maxReplicas",
    ],
    [{ minReplicas: LATER_NUMBER, maxReplicas: LATER_NUMBER, concurrency: LATER_NUMBER }, "accepted"],
    [{ accelerator: L4, minReplicas: 0 }, "accepted"],
    [{ access: EndpointAccess.privateOnly(), minReplicas: 0 }, "accepted"],
  ])("are answered for %p", (props, answer) => {
    expect(inference(props)).toBe(answer);
  });

  test("are refused when nobody asked for as many, but the least is above what a service gets", () => {
    expect(inference({ minReplicas: 101 })).toBe(most(101));
  });
});

describe("the size of a replica on CPU", () => {
  const size = (vcpus?: number, memoryGib?: number): string => inference({ vcpus, memoryGib });
  const memory = (vcpus: number, min: number, max: number, given: number): string =>
    `SpecError: inference.memoryGib must be a number from ${min} to ${max}, got ${given}; ` +
    `Cloud Run gives this much with ${vcpus} vCPU`;

  test.each([
    { vcpus: 1, min: 0.5, max: 4 },
    { vcpus: 2, min: 0.5, max: 8 },
    { vcpus: 4, min: 2, max: 16 },
    { vcpus: 6, min: 4, max: 24 },
    { vcpus: 8, min: 4, max: 32 },
  ])("of $vcpus vCPU takes from $min to $max GiB, and nothing beyond", ({ vcpus, min, max }) => {
    expect([size(vcpus, min), size(vcpus, max), size(vcpus)]).toEqual(Array(3).fill("accepted"));
    expect([size(vcpus, min - 0.1), size(vcpus, max + 1)]).toEqual([
      memory(vcpus, min, max, min - 0.1),
      memory(vcpus, min, max, max + 1),
    ]);
  });

  test.each([0, 0.5, 3, 10, 16])("is refused with %p vCPU", (vcpus) => {
    expect(size(vcpus)).toBe(
      `SpecError: inference.vcpus must be one of 1, 2, 4, 6, 8, got ${vcpus}; Cloud Run gives a replica these`,
    );
  });

  test("is checked as far as it is known", () => {
    expect([size(LATER_NUMBER, 32), size(2, LATER_NUMBER)]).toEqual(["accepted", "accepted"]);
    expect(size(LATER_NUMBER, 33)).toBe(
      "SpecError: inference.memoryGib must be a number from 0.5 to 32, got 33; Cloud Run gives a replica this much",
    );
  });
});

describe("an endpoint on GPU on Cloud Run", () => {
  const has = "Cloud Run has L4 (24 GiB) and RTX_PRO_6000 (96 GiB), one a replica";
  const none = (name: string): string => `inference.accelerator must be one that Cloud Run has, got "${name}"; ${has}`;
  const beside = (prop: string, allowed: string, given: number, gpu: string): string =>
    `inference.${prop} must be ${allowed}, got ${given}; Cloud Run wants it beside ${gpu}`;

  test.each<[props: InferenceProps, answer: string]>([
    [{ accelerator: Accelerator.T4 }, none("T4")],
    [{ accelerator: Accelerator.H100 }, none("H100")],
    [{ accelerator: Accelerator.gpu(97) }, none("a GPU with 97 GiB or more")],
    [
      { accelerator: Accelerator.TPU_V6E },
      'inference.accelerator must be a GPU or Accelerator.NONE, got "TPU_V6E"; no cloud here serves from TPUs; train on them',
    ],
    [
      { accelerator: L4, acceleratorsPerReplica: 2 },
      "inference.acceleratorsPerReplica must be one of 1, got 2; Cloud Run gives a replica one GPU; add replicas",
    ],
    [{ accelerator: L4, vcpus: 2 }, beside("vcpus", "one of 4, 8", 2, "L4")],
    [{ accelerator: L4, vcpus: 6 }, beside("vcpus", "one of 4, 8", 6, "L4")],
    [{ accelerator: L4, memoryGib: 15 }, beside("memoryGib", "a number from 16 to 256", 15, "L4")],
    [{ accelerator: RTX, vcpus: 19 }, beside("vcpus", "a whole number from 20 to 64", 19, "RTX_PRO_6000")],
    [{ accelerator: RTX, vcpus: 65 }, beside("vcpus", "a whole number from 20 to 64", 65, "RTX_PRO_6000")],
    [{ accelerator: RTX, memoryGib: 79 }, beside("memoryGib", "a number from 80 to 256", 79, "RTX_PRO_6000")],
    [{ accelerator: RTX, memoryGib: 257 }, beside("memoryGib", "a number from 80 to 256", 257, "RTX_PRO_6000")],
    [
      { machineType: "g2-standard-4" },
      'inference.machineType must be unset on Google Cloud, got "g2-standard-4"; ' +
        "Cloud Run has no machines; ask for the accelerator",
    ],
  ])("is refused with %p", (props, answer) => {
    expect(inference(props)).toBe(`SpecError: ${answer}`);
  });

  test.each<InferenceProps>([
    { accelerator: L4, acceleratorsPerReplica: 1, vcpus: 4, memoryGib: 16 },
    { accelerator: L4, vcpus: 8, memoryGib: 32 },
    { accelerator: L4, vcpus: LATER_NUMBER, memoryGib: LATER_NUMBER, acceleratorsPerReplica: LATER_NUMBER },
    { accelerator: RTX, vcpus: 20, memoryGib: 80 },
    { accelerator: RTX, vcpus: 64, memoryGib: 256 },
  ])("is accepted with %p", (props) => {
    expect(inference(props)).toBe("accepted");
  });

  test("is refused in a region that does not have the GPU", () => {
    expect(inference({ accelerator: L4 }, { region: "europe-north1" })).toBe(
      'SpecError: region must be one in which Cloud Run has L4, got "europe-north1"; ' +
        "choose one of us-central1, us-east4, europe-west1, europe-west4, asia-southeast1, asia-south1",
    );
    expect(inference({}, { region: "europe-north1" })).toBe("accepted");
    expect(inference({ accelerator: L4 }, { region: "asia-southeast1" })).toBe("accepted");
    expect(inference({ accelerator: L4 }, { region: LATER_TEXT })).toBe("accepted");
  });
});

describe("the variables of an endpoint on Cloud Run", () => {
  const set = (name: string): string => inference({ environment: { [name]: "x" } });

  test.each(["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"])(
    "are refused when Cloud Run sets them itself: %s",
    (name) => {
      expect(set(name)).toBe(
        `SpecError: inference.environment must be free of names that Cloud Run sets itself, got "${name}"; remove it`,
      );
    },
  );

  test("are one's own when they only look like Cloud Run's", () => {
    expect([set("K_OTHER"), set("MY_PORT")]).toEqual(["accepted", "accepted"]);
  });
});

describe("who may call", () => {
  const one = (given: string): string =>
    `SpecError: invokers must be members that start with user:, group:, serviceAccount: or domain:, got "${given}"; ` +
    "everybody is EndpointAccess.open()";

  test.each([
    "user:a@example.com",
    "group:a@example.com",
    "serviceAccount:a@b.iam.gserviceaccount.com",
    "domain:b.com",
  ])("may be %p", (member) => {
    expect(refused({ invokers: [member, LATER_TEXT] })).toBe("accepted");
  });

  test.each(["allUsers", "allAuthenticatedUsers", "a@example.com", "user:", "user:a b", " user:a", "projectOwner:p"])(
    "may not be %p",
    (member) => {
      expect(refused({ invokers: [member] })).toBe(one(member));
    },
  );

  test("is named once", () => {
    expect(refused({ invokers: ["domain:b.com", "domain:b.com"] })).toBe(
      'SpecError: invokers must be different members, got "domain:b.com"; name it once',
    );
  });

  test("is nobody by name when everybody may", () => {
    expect(inference({ access: EndpointAccess.open() }, { invokers: ["domain:b.com"] })).toBe(
      'SpecError: invokers must be empty with EndpointAccess.open(), got ["domain:b.com"]; everybody may call then',
    );
    expect(inference({ access: EndpointAccess.open() }, { invokers: [] })).toBe("accepted");
  });

  test("is known before Terraform runs, since each is a resource", () => {
    expect(refused({ invokers: LATER_LIST })).toBe(
      "SpecError: invokers must be known before Terraform runs, got a token; write the list out; each member may be a token",
    );
  });
});

describe("a network", () => {
  test("is refused where nothing is private", () => {
    expect(refused({ network: NETWORK })).toBe(
      'SpecError: network must be unset without privateNetwork, got "projects/acme-vision/global/networks/ours"; ' +
        "set privateNetwork too",
    );
    expect(refused({ network: NETWORK, privateNetwork: true })).toBe("accepted");
    expect(inference({ access: EndpointAccess.privateOnly() }, { network: NETWORK })).toBe("accepted");
  });
});
