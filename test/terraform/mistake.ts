import type { Configuration } from "./configuration";
import { Deployment } from "./deployment";
import type { Providers } from "./providers";

/** A way to spoil a configuration, and all that Terraform says then. */
export interface Mistake {
  readonly name: string;
  readonly make: (configuration: Configuration) => void;
  readonly says: string;
  /** The first command that notices, where it is not `validate`. */
  readonly by?: "plan";
}

/** What Terraform says about a configuration with a mistake. The configuration is spoilt afterwards. */
export async function problemsWith(
  { make, by }: Mistake,
  configuration: Configuration,
  providers: Providers,
): Promise<readonly string[]> {
  make(configuration);
  const deployment = new Deployment(configuration, providers);
  try {
    const { terraform } = deployment;
    const init = terraform.init();
    if (init.problems.length > 0) return init.problems;
    const { problems } = await terraform.validate();
    return by === "plan" && problems.length === 0 ? (await terraform.plan()).problems : problems;
  } finally {
    deployment.remove();
  }
}
