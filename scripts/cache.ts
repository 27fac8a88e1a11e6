import { homedir } from "node:os";
import { join } from "node:path";

/** A folder for what is made once and kept outside the tree: Python environments, downloaded providers. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cdktf-pytorch-vision", name);
}
