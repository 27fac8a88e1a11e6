import { given, type About, type Cloud } from "./about";

const project = ({ config, settings }: About) => given(config.project) ?? given(settings.project) ?? "example-project";
const email = (about: About) => `${about.label}@${project(about)}.iam.gserviceaccount.com`;
const path = (about: About) => `projects/${project(about)}/${about.kind}/${about.label}`;

export const GOOGLE: Cloud = {
  region: "us-central1",
  rules: [
    [/^id$/, path],
    [/self_link$/, (about) => `https://www.googleapis.com/compute/v1/${path(about)}`],
    [/^(number|project_number)$/, () => "123456789012"],
    [/^(project|project_id)$/, project],
    [/email/, email],
    [/^member$|writer_identity/, (about) => `serviceAccount:${email(about)}`],
  ],
};
