// Checks a site as it lies on disk: every link inside it leads somewhere, and nothing is loaded from elsewhere.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const unescaped = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "'",
  );

/** Attributes of all tags, without what stands in scripts. */
function attributes(html: string): { readonly tag: string; readonly name: string; readonly value: string }[] {
  const found = [];
  const body = html.replace(/(<script\b[^>]*>).*?<\/script>/gs, "$1");
  for (const [, tag, inside] of body.matchAll(/<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi))
    for (const [, name, value] of inside!.matchAll(/\s([\w:-]+)="([^"]*)"/g))
      found.push({ tag: tag!.toLowerCase(), name: name!, value: unescaped(value!) });
  return found;
}

const isElsewhere = (address: string) => /^([a-z]+:)?\/\//i.test(address);
const isInline = (address: string) => /^(data|mailto|javascript):/i.test(address);

/** Reads every page and style sheet below a folder.
 *
 *  @param folder The site.
 *  @returns A line for each fault: a link or anchor that leads nowhere, a script, style or picture from elsewhere. */
export function linkFaults(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const faults: string[] = [];
  const pages = new Map(
    files
      .filter((name) => name.endsWith(".html"))
      .map((name) => [resolve(folder, name), attributes(readFileSync(join(folder, name), "utf8"))]),
  );
  const anchors = new Map(
    [...pages].map(([path, list]) => [
      path,
      new Set(list.flatMap(({ name, value }) => (name === "id" ? [value] : []))),
    ]),
  );
  for (const [path, list] of pages)
    for (const { tag, name, value } of list) {
      if (
        !["href", "src", "srcset", "xlink:href", "data-source", "data-plotly"].includes(name) ||
        isInline(value)
      )
        continue;
      const here = relative(folder, path);
      if (isElsewhere(value)) {
        if (tag !== "a") faults.push(`${here}: loads ${value} from elsewhere`);
        continue;
      }
      const [before, anchor] = value.split("#") as [string, string | undefined];
      const file = before.split("?")[0]!;
      let target = file === "" ? path : resolve(dirname(path), decodeURI(file));
      if (existsSync(target) && statSync(target).isDirectory()) target = join(target, "index.html");
      if (!existsSync(target)) faults.push(`${here}: ${value} leads nowhere`);
      else if (anchor && anchors.has(target) && !anchors.get(target)!.has(decodeURIComponent(anchor)))
        faults.push(`${here}: ${value} leads to no heading`);
    }
  for (const name of files.filter((each) => each.endsWith(".css")))
    for (const [, address] of readFileSync(join(folder, name), "utf8").matchAll(
      /url\(["']?([^"')]+)["']?\)/g,
    )) {
      if (isElsewhere(address!)) faults.push(`${name}: loads ${address} from elsewhere`);
      else if (
        !isInline(address!) &&
        !address!.startsWith("#") &&
        !existsSync(resolve(folder, dirname(name), address!.split(/[?#]/)[0]!))
      )
        faults.push(`${name}: ${address} leads nowhere`);
    }
  return faults;
}
