import { ownedTag } from "./errors";

/** The tags that everything of an environment carries. Its own two cannot be a user's. */
export function environmentTags(name: string, tags: { [key: string]: string } | undefined): { [key: string]: string } {
  const own = { environment: name, "managed-by": "cdktf-pytorch-vision" };
  for (const key of Object.keys(tags ?? {})) if (key in own) throw ownedTag(key, Object.keys(own));
  return { ...tags, ...own };
}
