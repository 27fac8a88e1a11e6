import * as gcp from "../../../lib/gcp";
import { LATER_TEXT, Later } from "../../core/tokens";
import { NAMED } from "../parts";
import { synthesize } from "../synthesized";
import { addProviders, KEY_ID } from "../variants";
import { Asked, refused, refusedPart } from "./refused";

describe("the coordinates of an environment on Google Cloud", () => {
  const project = (given: string): string =>
    "SpecError: project must be 6 to 30 lower-case letters, digits and hyphens, a letter first, no hyphen at the end, " +
    `got "${given}"; give the project's id, not its name or number`;
  const number = (given: string): string =>
    `SpecError: projectNumber must be the number of the project, 6 digits or more, got "${given}"; ` +
    "gcloud projects describe <project> --format='value(projectNumber)' says it";
  const region = (given: string, fix = "use the region's code, not its name"): string =>
    `SpecError: region must be a Google Cloud region such as us-central1, got "${given}"; ${fix}`;
  const zone = "that is a zone; leave its letter away";

  test.each<[asked: Asked, answer: string]>([
    [{ project: "abcdef" }, "accepted"],
    [{ project: `a${"b".repeat(28)}c` }, "accepted"],
    [{ project: "abcde" }, project("abcde")],
    [{ project: `a${"b".repeat(29)}c` }, project(`a${"b".repeat(29)}c`)],
    [{ project: "1abcdef" }, project("1abcdef")],
    [{ project: "abcdef-" }, project("abcdef-")],
    [{ project: "Acme-Vision" }, project("Acme-Vision")],
    [{ project: "example.com:acme" }, project("example.com:acme")],
    [
      { project: "my-google-project" },
      'SpecError: project must be free of "google", got "my-google-project"; Google Cloud refuses it in bucket names',
    ],
    [{ projectNumber: "123456" }, "accepted"],
    [{ projectNumber: "12345" }, number("12345")],
    [{ projectNumber: "acme-vision" }, number("acme-vision")],
    [{ projectNumber: "123456 " }, number("123456 ")],
    [{ region: "northamerica-northeast2" }, "accepted"],
    [{ region: "us-central1-a" }, region("us-central1-a", zone)],
    [{ region: "us-central" }, region("us-central")],
    [{ region: "US" }, region("US")],
    [{ region: "Iowa" }, region("Iowa")],
    [{ name: LATER_TEXT, project: LATER_TEXT, projectNumber: LATER_TEXT, region: LATER_TEXT }, "accepted"],
  ])("are answered for %p", (asked, answer) => {
    expect(refused(asked)).toBe(answer);
  });

  test.each<[what: string, make: (props: Partial<typeof NAMED>) => string]>([
    ["a network", (props) => refusedPart((stack) => new gcp.Network(stack, "network", { ...NAMED, ...props }))],
    ["the APIs", (props) => refusedPart((stack) => new gcp.ProjectServices(stack, "services", { ...NAMED, ...props }))],
    ["a state store", (props) => refusedPart((stack) => new gcp.StateStore(stack, "state", { ...NAMED, ...props }))],
  ])("are checked by each part alone: %s", (_, make) => {
    expect(make({ project: "12" } as object)).toBe(project("12"));
  });
});

describe("the name of an environment on Google Cloud", () => {
  const google = (given: string): string =>
    `SpecError: name must be free of "goog", got "${given}"; Google Cloud refuses it in names of buckets and labels`;

  test.each(["google", "my-google", "goog-a", "agoogle"])("may not be %p", (name) => {
    expect(refused({ name })).toBe(google(name));
    const store = (): string => refusedPart((stack) => new gcp.StateStore(stack, "state", { ...NAMED, name }));
    expect(store()).toBe(google(name));
  });

  test("may be as long as any: every name that is made of it and of the longest project is short enough", () => {
    const long = { ...NAMED, name: "a234567890123456", project: `a${"b".repeat(28)}c` };
    const made = synthesize((stack) => {
      new gcp.Environment(stack, "environment", { ...long, privateNetwork: true });
      new gcp.StateStore(stack, "state", { ...long });
    });
    const lengths: [type: string, argument: string, most: number][] = [
      ["google_storage_bucket", "name", 63],
      ["google_service_account", "account_id", 30],
      ["google_workflows_workflow", "name", 64],
      ["google_cloud_run_v2_service", "name", 49],
      ["google_artifact_registry_repository", "repository_id", 63],
      ["google_kms_key_ring", "name", 63],
      ["google_project_iam_custom_role", "role_id", 64],
      ["google_compute_network", "name", 63],
      ["google_compute_firewall", "name", 63],
      ["google_compute_network_attachment", "name", 63],
      ["google_dns_managed_zone", "name", 63],
      ["google_logging_project_bucket_config", "bucket_id", 100],
      ["google_bigquery_dataset", "dataset_id", 1024],
    ];
    const tooLong = lengths.flatMap(([type, argument, most]) =>
      Object.values(made.each(type, argument))
        .map((name) => String(name).replace(/\$\{substr\(.*\)\}/, "01234567"))
        .filter((name) => name.length > most || !name.includes("a234567890123456")),
    );
    expect(tooLong).toEqual([]);
  });
});

describe("tags on Google Cloud", () => {
  const keyed = (label: string): string =>
    "SpecError: tags must be keyed by what becomes 1 to 63 lower-case letters, digits, _ and -, a letter first, not goog, " +
    `got "${label}"; Google Cloud refuses it as the key of a label`;
  const valued = (key: string, value: string): string =>
    `SpecError: tags.${key} must be what becomes up to 63 lower-case letters, digits, _ and -, got "${value}"; ` +
    "Google Cloud refuses it as the value of a label";
  const many = (count: number): { [key: string]: string } =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));

  test.each<[tags: { [key: string]: string }, answer: string]>([
    [{ Team: "Vision & Co." }, "accepted"],
    [{ a: "", ["k".repeat(63)]: "v".repeat(63) }, "accepted"],
    [{ team: LATER_TEXT, [LATER_TEXT]: "x" }, "accepted"],
    [{ ["k".repeat(64)]: "v" }, keyed("k".repeat(64))],
    [{ "1team": "v" }, keyed("1team")],
    [{ "": "v" }, keyed("")],
    [{ "Google team": "v" }, keyed("google-team")],
    [{ team: "v".repeat(64) }, valued("team", "v".repeat(64))],
    [
      { Team: "a", team: "b" },
      'SpecError: tags must be different in more than case and punctuation, got "team"; another tag is the label team too',
    ],
    [
      { Environment: "b" },
      'SpecError: tags must be free of environment and managed-by, got "environment"; ' +
        "every environment sets these itself; choose another key",
    ],
    [many(62), "accepted"],
    [many(63), "SpecError: tags must be at most 62, got 63; Google Cloud allows 64 and this library adds 2"],
    [
      new Later().variable("tags").value,
      "SpecError: tags must be known before Terraform runs, got a token; write the map out; each value may be a token",
    ],
  ])("are answered for %j", (tags, answer) => {
    expect(refused({ tags })).toBe(answer);
  });
});

describe("what is brought along", () => {
  const network = "projects/p/global/networks/n";
  const subnetwork = "projects/p/regions/r/subnetworks/s";
  const key = (given: string): string =>
    "SpecError: keyId must be projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>, " +
    `got "${given}"; leave the version away`;
  const bucket = (prop: string, given: string): string =>
    `SpecError: ${prop} must be 3 to 63 lower-case letters, digits, dots, hyphens and underscores, got "${given}"; ` +
    "give the bucket's name, not its URI";
  const repository = (given: string): string =>
    "SpecError: repositoryUrl must be the address of an image in Artifact Registry, " +
    `<region>-docker.pkg.dev/<project>/<repository>/<image>, got "${given}"; leave the tag away`;

  test.each<[what: string, make: () => unknown, answer: string]>([
    ["a key", () => gcp.Encryption.fromKeyId(KEY_ID), "accepted"],
    ["a key later", () => gcp.Encryption.fromKeyId(LATER_TEXT), "accepted"],
    [
      "a version",
      () => gcp.Encryption.fromKeyId(`${KEY_ID}/cryptoKeyVersions/1`),
      key(`${KEY_ID}/cryptoKeyVersions/1`),
    ],
    ["a key's name", () => gcp.Encryption.fromKeyId("ours"), key("ours")],
    ["a network", () => gcp.Network.fromSubnetwork(network, `https://www.googleapis.com/${subnetwork}`), "accepted"],
    ["a network later", () => gcp.Network.fromSubnetwork(LATER_TEXT, LATER_TEXT), "accepted"],
    [
      "a network's name",
      () => gcp.Network.fromSubnetwork("n", subnetwork),
      'SpecError: networkId must be projects/<project>/global/networks/<name>, got "n"; give the whole id',
    ],
    [
      "a subnetwork's name",
      () => gcp.Network.fromSubnetwork(network, "s"),
      'SpecError: subnetworkId must be projects/<project>/regions/<region>/subnetworks/<name>, got "s"; give the whole id',
    ],
    ["buckets", () => gcp.Storage.fromBuckets("abc", "a".repeat(63)), "accepted"],
    ["buckets later", () => gcp.Storage.fromBuckets(LATER_TEXT, LATER_TEXT), "accepted"],
    ["a short bucket", () => gcp.Storage.fromBuckets("ab", "abc"), bucket("datasetsBucket", "ab")],
    ["a URI", () => gcp.Storage.fromBuckets("abc", "gs://abc"), bucket("modelsBucket", "gs://abc")],
    ["a repository", () => gcp.Registry.fromRepository("us-central1-docker.pkg.dev/p/r/i"), "accepted"],
    ["a repository later", () => gcp.Registry.fromRepository(LATER_TEXT), "accepted"],
    [
      "an image with a tag",
      () => gcp.Registry.fromRepository("us-docker.pkg.dev/p/r/i:v1"),
      repository("us-docker.pkg.dev/p/r/i:v1"),
    ],
    ["another registry", () => gcp.Registry.fromRepository("docker.io/p/r/i"), repository("docker.io/p/r/i")],
  ])("is answered for %s", (_, make, answer) => {
    expect(refusedPart(make)).toBe(answer);
  });
});

describe("the google-beta provider", () => {
  test("is asked for by name where the stack has none", () => {
    const answer =
      "SpecError: betaProvider must be the google-beta provider of the stack, got nothing; " +
      'make one in the stack: new gcp.GoogleBetaProvider(stack, "google-beta", { project })';
    expect(refusedPart((stack) => new gcp.Environment(stack, "environment", NAMED))).toBe(answer);
  });

  test("may be one of several, given by hand", () => {
    const made = refusedPart((stack) => {
      addProviders(stack);
      const betaProvider = new gcp.GoogleBetaProvider(stack, "other", { project: "acme-other" });
      new gcp.Environment(stack, "environment", { ...NAMED, betaProvider });
    });
    expect(made).toBe("accepted");
  });
});
