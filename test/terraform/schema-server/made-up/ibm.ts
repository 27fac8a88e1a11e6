import { digest, type Cloud } from "./about";

const ACCOUNT = digest("account").slice(0, 32);

export const IBM: Cloud = {
  region: "us-south",
  rules: [
    [/endpoint/, ({ label, region }) => `${label}.${region}.example.com`],
    [
      /crn$/,
      ({ kind, region, uuid }) => `crn:v1:bluemix:public:${kind.split("-")[0]}:${region}:a/${ACCOUNT}:${uuid}::`,
    ],
    [/^id$|_id$/, ({ uuid }) => uuid],
    [/^zones?$|availability_zones?$/, ({ region, position }) => `${region}-${position + 1}`],
    [/^names$/, ({ kind, region, position }) => (/zones?$/.test(kind) ? `${region}-${position + 1}` : undefined)],
  ],
};
