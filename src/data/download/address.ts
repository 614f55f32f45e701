// Where a file of the catalog can be downloaded: upstream at the fixed commit, then a mirror; or the addresses of GEODL_MIRROR alone.
import type { CatalogSource } from "../catalog.js";

/** Addresses of a file, in the order in which they are asked.
 *
 *  GitHub's raw file at the commit first, then jsDelivr, which serves files up to 20 MB of any GitHub repository at a commit.
 *  GEODL_MIRROR, one or more addresses of a data folder on a server (separated by spaces), takes the place of both: a class behind
 *  one slow line runs `python3 -m http.server` in such a folder.
 *
 *  @param name Path below the data folder.
 *  @param source Where the catalog says that it comes from.
 *  @throws RangeError if the repository is not on GitHub, or GEODL_MIRROR is no http address. */
export function addresses(name: string, source: CatalogSource): string[] {
  const mirrors = (process.env.GEODL_MIRROR ?? "").split(/\s+/).filter((part) => part !== "");
  for (const mirror of mirrors)
    if (!/^https?:\/\/[^/]/.test(mirror))
      throw new RangeError(`data.fetch: GEODL_MIRROR must hold http or https addresses, got ${mirror}`);
  if (mirrors.length > 0) return mirrors.map((mirror) => `${mirror.replace(/\/+$/, "")}/${encoded(name)}`);
  const repository = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)$/.exec(source.repository)?.[1];
  if (repository === undefined)
    throw new RangeError(`data.fetch: the repository must be one of GitHub's, got ${source.repository}`);
  const path = encoded(source.path);
  return [
    `https://raw.githubusercontent.com/${repository}/${source.commit}/${path}`,
    `https://cdn.jsdelivr.net/gh/${repository}@${source.commit}/${path}`,
  ];
}

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");
