import { spawnSync } from "node:child_process";
import { join } from "node:path";

// `npm run build`: jsii compiles lib/ into dist/ and describes the API in .jsii, for users of other languages.
// Warnings are errors. Node 20 is supported for as long as cdktf is: jsii's banner about it is not one of ours.
const jsii = join(__dirname, "..", "node_modules", "jsii", "bin", "jsii");
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: "20" };
// `lambda` is a name in Java; it is also what AWS calls it.
const { status } = spawnSync(process.execPath, [jsii, "--silence-warnings=reserved-word", "--fail-on-warnings"], {
  stdio: "inherit",
  env,
});
process.exitCode = status ?? 1;
