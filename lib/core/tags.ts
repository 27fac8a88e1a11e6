/** The tags that everything of an environment carries. The environment's own win over the user's. */
export function environmentTags(name: string, tags: { [key: string]: string } | undefined): { [key: string]: string } {
  return { ...tags, environment: name, "managed-by": "cdktf-pytorch-vision" };
}
