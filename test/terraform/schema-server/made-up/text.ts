import { aboutOf, type Cloud, type Maker, type Rule } from "./about";
import { AWS } from "./aws";
import { AZURE } from "./azure";
import { GOOGLE } from "./google";
import { IBM } from "./ibm";

const CLOUDS: Readonly<Record<string, Cloud>> = {
  aws: AWS,
  google: GOOGLE,
  "google-beta": GOOGLE,
  azurerm: AZURE,
  azapi: AZURE,
  ibm: IBM,
};
const NOWHERE: Cloud = { region: "region-1", rules: [] };

const byte = (hex: string) => parseInt(hex.slice(0, 2), 16);
const OWN_NAME: Rule = [/^name$/, ({ ofData, label }) => (ofData ? undefined : label)];

// The first that fits. What matters is that a text can be used where one of its kind is wanted
const EVERYWHERE: readonly Rule[] = [
  [/(^|_)(uuid|guid|unique_id|tenant_id|object_id|client_id|principal_id|application_id)$/, ({ uuid }) => uuid],
  [/_at$|_time$|timestamp|rfc3339|^(created|updated|last_modified)/, () => "2024-01-01T00:00:00Z"],
  [/json$|policy$|policy_data$|document$/, () => '{"Version":"2012-10-17","Statement":[]}'],
  [/email/, ({ label }) => `${label}@example.com`],
  [
    /(fqdn|hostname|domain_name|dns_name|login_server|domain|host|hosts)$/,
    ({ label, hex }) => `${label}-${hex.slice(0, 8)}.example.com`,
  ],
  [/(url|uri|endpoint|link|urls|endpoints)$/, ({ label, hex }) => `https://${label}-${hex.slice(0, 8)}.example.com/`],
  [/cidr|ip_range|address_prefix/, ({ hex }) => `10.${byte(hex)}.0.0/16`],
  [/(^|_)ip(v4)?(_address(es)?|s)?$|^address$/, ({ hex }) => `192.0.2.${(byte(hex) % 253) + 1}`],
  [/^zones?$|availability_zones?$/, ({ region, position }) => `${region}-${"abc"[position]}`],
  [/^names$/, ({ kind, region, position }) => (/zones?$/.test(kind) ? `${region}-${"abc"[position]}` : undefined)],
  [/^region$|location/, ({ region }) => region],
  [/^name$/, ({ kind, region }) => (/region/.test(kind) ? region : undefined)],
  [/base64|certificate/, ({ hex }) => Buffer.from(hex.slice(0, 24)).toString("base64")],
  [/(etag|fingerprint|checksum|hash|digest|sha256)$/, ({ hex }) => hex],
  [/^(status|state)$/, () => "ACTIVE"],
];

/** What a cloud might have answered. */
export function madeUpText(name: string, maker: Maker): string {
  const cloud = CLOUDS[maker.provider.split("/").pop() ?? ""] ?? NOWHERE;
  const about = aboutOf(name, maker, cloud.region);
  for (const [pattern, make] of [OWN_NAME, ...cloud.rules, ...EVERYWHERE]) {
    const text = pattern.test(name) ? make(about) : undefined;
    if (text !== undefined) return text;
  }
  return `${name}-${about.hex.slice(0, 12)}`;
}
