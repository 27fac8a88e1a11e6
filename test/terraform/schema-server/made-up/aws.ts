import { given, type About, type Cloud } from "./about";

const ACCOUNT = "123456789012";

function arn({ kind, label, region }: About): string {
  if (kind === "s3-bucket") return `arn:aws:s3:::${label}`;
  const [service] = kind.split("-");
  const where = service === "iam" || service === "s3" ? "" : region;
  return `arn:aws:${service}:${where}:${service === "s3" ? "" : ACCOUNT}:${kind}/${label}`;
}

export const AWS: Cloud = {
  region: "us-east-1",
  rules: [
    [/^bucket$/, ({ label }) => label],
    [/^id$/, ({ kind, label }) => (kind === "s3-bucket" ? label : undefined)],
    [/(^|_)arns?$/, arn],
    [/^(account_id|owner_id|registry_id)$/, () => ACCOUNT],
    [/^partition$/, () => "aws"],
    [/^dns_suffix$/, () => "amazonaws.com"],
    [/^id$/, ({ config, kind, root }) => given(config.name) ?? given(config.bucket) ?? `${kind}-0${root.slice(0, 16)}`],
    [/^zones?$|availability_zones?$/, ({ region, position }) => `${region}${"abc"[position]}`],
    [/^names$/, ({ kind, region, position }) => (/zones?$/.test(kind) ? `${region}${"abc"[position]}` : undefined)],
  ],
};
