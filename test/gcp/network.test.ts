import { Environment, Network } from "../../lib/gcp";
import { NAMED } from "./parts";
import { Synthesized, synthesize, variant } from "./synthesized";
import { QUICKSTART } from "./variants";

const VPC = "${google_compute_network.environment_network.id}";
const SUBNETWORK = "${google_compute_subnetwork.environment_network_subnetwork.id}";
const privately = variant("private");
const NETWORKING = /^google_(compute|dns|vpc)_/;
const networking = (made: Synthesized): { [type: string]: number } =>
  Object.fromEntries(Object.entries(made.types()).filter(([type]) => NETWORKING.test(type)));

describe("the network of a private environment on Google Cloud", () => {
  test("is these resources and no other: no NAT, no address, no connector", () => {
    expect(networking(privately)).toEqual({
      google_compute_firewall: 1,
      google_compute_network: 1,
      google_compute_network_attachment: 1,
      google_compute_route: 1,
      google_compute_subnetwork: 1,
      google_dns_managed_zone: 3,
      google_dns_record_set: 6,
    });
  });

  test("has one route, to Google's own APIs", () => {
    expect(privately.only("google_compute_network")).toMatchObject({
      delete_default_routes_on_create: true,
      auto_create_subnetworks: false,
    });
    expect(privately.only("google_compute_route")).toEqual({
      project: "acme-vision",
      name: "flowers-google-apis",
      network: VPC,
      dest_range: "199.36.153.8/30",
      next_hop_gateway: "default-internet-gateway",
      priority: 1000,
    });
    expect(privately.only("google_compute_subnetwork")).toMatchObject({
      private_ip_google_access: true,
      stack_type: "IPV4_ONLY",
      log_config: { flow_sampling: 0.5 },
    });
  });

  test("lets nothing in", () => {
    expect(privately.only("google_compute_firewall")).toMatchObject({
      network: VPC,
      direction: "INGRESS",
      source_ranges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      priority: 65534,
    });
    expect(privately.only("google_compute_firewall")).not.toHaveProperty("allow");
  });

  test("finds Google's services at the addresses that the route goes to", () => {
    const records = privately
      .list("google_dns_record_set")
      .map(({ name, type, rrdatas }) => [String(name), type, String(rrdatas).replace(/_environment_network_/g, "_")]);
    const addresses = "199.36.153.8,199.36.153.9,199.36.153.10,199.36.153.11";
    const address = (zone: string): string => `\${google_dns_record_set.environment_network_${zone}_address.name}`;
    expect(records.sort()).toEqual(
      [
        ["private.googleapis.com.", "A", addresses],
        ["*.googleapis.com.", "CNAME", address("googleapis")],
        ["pkg.dev.", "A", addresses],
        ["*.pkg.dev.", "CNAME", address("pkg-dev")],
        ["run.app.", "A", addresses],
        ["*.run.app.", "CNAME", address("run-app")],
      ].sort(),
    );
    for (const zone of privately.list("google_dns_managed_zone")) {
      expect(zone).toMatchObject({
        visibility: "private",
        private_visibility_config: { networks: [{ network_url: VPC }] },
      });
    }
  });

  test("is where the endpoint answers, to nobody outside, and all of its traffic goes", () => {
    expect(privately.only("google_cloud_run_v2_service")).toMatchObject({
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      invoker_iam_disabled: true,
      template: {
        scaling: { min_instance_count: 1 },
        vpc_access: {
          egress: "ALL_TRAFFIC",
          network_interfaces: [{ network: VPC, subnetwork: SUBNETWORK }],
        },
      },
    });
  });

  test("is what jobs are attached to", () => {
    expect(privately.only("google_compute_network_attachment")).toEqual({
      project: "acme-vision",
      name: "flowers-training",
      region: "us-central1",
      subnetworks: [SUBNETWORK],
      connection_preference: "ACCEPT_MANUAL",
      lifecycle: { ignore_changes: ["producer_accept_lists"] },
    });
    expect(privately.only("google_workflows_workflow")).toMatchObject({
      depends_on: expect.arrayContaining(["google_project_iam_member.environment_training_vertex-attaches"]),
      user_env_vars: {
        NETWORK_ATTACHMENT: "${google_compute_network_attachment.environment_training_attachment.id}",
      },
    });
  });

  test("keeps a front door where that is asked for, with the traffic out still inside", () => {
    expect(variant("private with a public front door").only("google_cloud_run_v2_service")).toMatchObject({
      ingress: "INGRESS_TRAFFIC_ALL",
      invoker_iam_disabled: false,
      template: { scaling: { min_instance_count: 0 }, vpc_access: { egress: "ALL_TRAFFIC" } },
    });
  });

  test("is not there unless asked for", () => {
    for (const name of ["default", "gpu endpoint to zero", "reserved and multi-node"]) {
      expect(networking(variant(name))).toEqual({});
      expect(variant(name).only("google_workflows_workflow").user_env_vars).not.toHaveProperty("NETWORK_ATTACHMENT");
    }
  });

  test("can be made alone", () => {
    const alone = synthesize((stack) => new Network(stack, "network", NAMED));
    expect(Object.keys(alone.types()).filter((type) => !NETWORKING.test(type))).toEqual([]);
    expect(alone.only("google_compute_network")).not.toHaveProperty("depends_on");
    const later = synthesize((stack) => new Environment(stack, "e", { ...QUICKSTART, privateNetwork: true }));
    expect(later.only("google_compute_network").depends_on).toEqual(["time_sleep.e_services_more"]);
  });
});
