import { AWS } from "./aws/cloud";
import { Cloud } from "./cloud";

/** The table of clouds. Everything in contract.test.ts is proven for every row; a new cloud is one row more. */
export const CLOUDS: readonly Cloud[] = [AWS];
