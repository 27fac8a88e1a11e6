import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRoute } from "@cdktf/provider-google/lib/compute-route";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { checkEnvironmentName } from "../core/resource-names";
import { checkPattern } from "../core/validation";
import { checkProject, checkRegion } from "./checks";
import { ProjectServices } from "./project-services";

/** A network that the endpoint and training jobs are attached to: the environment's own, or one that you bring. */
export interface INetwork {
  /** Id of the VPC network. */
  readonly networkId: string;
  /** Id of a subnetwork in the environment's region. */
  readonly subnetworkId: string;
}

/** What a `Network` is made from. */
export interface NetworkProps {
  /** The environment's name. */
  readonly name: string;

  /** Id of the project. */
  readonly project: string;

  /** Region of the subnetwork, for example `us-central1`. */
  readonly region: string;

  /**
   * The APIs of the project; `dns` is one of `more`.
   *
   * @default - they are on already
   */
  readonly services?: ProjectServices;
}

/**
 * A VPC network from which nothing but Google's own APIs can be reached, and into which nothing comes.
 *
 * Only a private environment has one: by default neither Vertex AI nor Cloud Run needs a network.
 */
export class Network extends Construct implements INetwork {
  /**
   * Use a network that exists already. It needs Private Google Access and a route to Google's APIs.
   *
   * @param networkId id or self link of the VPC network
   * @param subnetworkId id or self link of a subnetwork in the environment's region, /26 or larger
   */
  public static fromSubnetwork(networkId: string, subnetworkId: string): INetwork {
    const network = /^(https:\/\/\S+\/)?projects\/[^/]+\/global\/networks\/[^/]+$/;
    const subnetwork = /^(https:\/\/\S+\/)?projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/;
    checkPattern("networkId", networkId, network, "projects/<project>/global/networks/<name>", "give the whole id");
    const allowed = "projects/<project>/regions/<region>/subnetworks/<name>";
    checkPattern("subnetworkId", subnetworkId, subnetwork, allowed, "give the whole id");
    return { networkId, subnetworkId };
  }

  public readonly networkId: string;
  public readonly subnetworkId: string;

  private readonly props: NetworkProps;

  public constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProject(props.project);
    checkRegion(props.region);
    this.props = props;
    const { project, name, region } = props;
    this.networkId = new ComputeNetwork(this, "Resource", {
      project,
      name,
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      deleteDefaultRoutesOnCreate: true,
      dependsOn: props.services?.moreReady,
    }).id;
    new ComputeRoute(this, "google-apis", {
      project,
      name: `${name}-google-apis`,
      network: this.networkId,
      destRange: "199.36.153.8/30",
      // Google's own addresses: what goes there never leaves Google.
      nextHopGateway: "default-internet-gateway",
      priority: 1000,
    });
    this.subnetworkId = new ComputeSubnetwork(this, "subnetwork", {
      project,
      name,
      region,
      network: this.networkId,
      ipCidrRange: "10.10.0.0/24",
      privateIpGoogleAccess: true,
      stackType: "IPV4_ONLY",
      logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.5, metadata: "INCLUDE_ALL_METADATA" },
    }).id;
    new ComputeFirewall(this, "deny-ingress", {
      project,
      name: `${name}-deny-ingress`,
      network: this.networkId,
      direction: "INGRESS",
      priority: 65534,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
    for (const [id, domain] of Object.entries(ZONES)) this.privateZone(id, domain);
  }

  /** Names of Google's services lead to the addresses that the one route goes to. */
  private privateZone(id: string, domain: string): void {
    const { project, name } = this.props;
    const zone = new DnsManagedZone(this, id, {
      project,
      name: `${name}-${id}`,
      dnsName: domain,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: this.networkId }] },
    });
    const record = { project, managedZone: zone.name, ttl: 300 };
    const address = new DnsRecordSet(zone, "address", {
      ...record,
      name: id === "googleapis" ? `private.${domain}` : domain,
      type: "A",
      rrdatas: PRIVATE_ADDRESSES,
    });
    new DnsRecordSet(zone, "wildcard", { ...record, name: `*.${domain}`, type: "CNAME", rrdatas: [address.name] });
  }
}

const ZONES = { googleapis: "googleapis.com.", "pkg-dev": "pkg.dev.", "run-app": "run.app." };

// private.googleapis.com. https://cloud.google.com/vpc/docs/configure-private-google-access#domain-options
const PRIVATE_ADDRESSES = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];
