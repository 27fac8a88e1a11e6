import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const HOST = "registry.terraform.io";
// Kernel file systems, package folders, and the copies that `terraform init` leaves in a project
const NOT_SEARCHED = new Set(["proc", "sys", "dev", "node_modules", ".terraform", ".git", "lost+found"]);
const DEEPEST = 4;
const MOST_FOLDERS = 20_000;

/** The folders where Terraform itself looks for a mirror on Linux and macOS, after the one that the user named. */
function usualFolders(): string[] {
  const { TERRAFORM_PROVIDER_MIRROR, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  const home = homedir();
  return [
    ...(TERRAFORM_PROVIDER_MIRROR ? [resolve(TERRAFORM_PROVIDER_MIRROR)] : []),
    join(home, ".terraform.d", "plugins"),
    join(XDG_DATA_HOME || join(home, ".local", "share"), "terraform", "plugins"),
    join(home, "Library", "Application Support", "io.terraform", "plugins"),
    ...(XDG_DATA_DIRS || "/usr/local/share:/usr/share")
      .split(":")
      .map((folder) => join(folder, "terraform", "plugins")),
  ];
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !NOT_SEARCHED.has(entry.name))
      .map((entry) => join(folder, entry.name));
  } catch {
    return []; // not ours to read
  }
}

/** Breadth first, so that a mirror near the root is found before the bound is reached. */
function search(holds: (folder: string) => boolean): string | undefined {
  let level = ["/"];
  let seen = 0;
  for (let depth = 0; depth <= DEEPEST && seen < MOST_FOLDERS; depth++) {
    const found = level.find(holds);
    if (found !== undefined) return found;
    seen += level.length;
    level = level.flatMap(subfolders);
  }
  return undefined;
}

/**
 * The filesystem mirror that holds a provider (`hashicorp/aws`), or undefined: then Terraform asks its registry.
 *
 * `TERRAFORM_PROVIDER_MIRROR` names the folder; without it the usual places are tried, then a short search of the disk.
 */
export function findProviderMirror(provider: string): string | undefined {
  const holds = (folder: string) => existsSync(join(folder, HOST, provider));
  return usualFolders().find(holds) ?? search(holds);
}

/** A Terraform CLI configuration that takes the providers from mirrors where there are any, and else from the registry. */
export function cliConfig(providers: readonly string[], downloads: string): string {
  const mirrors = providers.flatMap((provider) => {
    const path = findProviderMirror(provider);
    return path === undefined ? [] : [{ name: JSON.stringify(`${HOST}/${provider}`), path: JSON.stringify(path) }];
  });
  // A mirror's packages are linked to, a download is kept: hundreds of megabytes, needed by every workspace
  const cache = [
    `plugin_cache_dir = ${JSON.stringify(downloads)}`,
    "plugin_cache_may_break_dependency_lock_file = true",
  ];
  return [
    ...(mirrors.length < providers.length ? cache : []),
    "provider_installation {",
    ...mirrors.map(({ name, path }) => `  filesystem_mirror {\n    path    = ${path}\n    include = [${name}]\n  }`),
    `  direct {\n    exclude = [${mirrors.map(({ name }) => name).join(", ")}]\n  }`,
    "}",
    "",
  ].join("\n");
}
