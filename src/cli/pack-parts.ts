// What a packed folder is made of: the checkout, what set-up made, the data that this machine has.
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalog, verify } from "../data/index.js";
import { type Item, item } from "./pack-copy.js";
import { isCopyleft } from "./pack-licences.js";

/** One part of a packed folder. */
export interface Part {
  readonly name: string;
  readonly items: readonly Item[];
}

/** Files below a folder as items. Links are left out: set-up makes the few that it needs, and a stick may not keep them. */
function below(root: string, folder: string, skip: (name: string) => boolean = () => false): Item[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !skip(name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return below(root, path);
      return entry.isFile() ? [item(join(root, path), path)] : [];
    });
}

/** The files that git tracks, as they lie here.
 *
 *  @param root The project's folder.
 *  @throws Error if git does not know the folder. */
export function checkout(root: string): Part {
  const git = spawnSync("git", ["-C", root, "ls-files", "-z"], { encoding: "utf8", maxBuffer: 1e8 });
  if (git.status !== 0)
    throw new Error(
      `checkout: the project's folder must be a clone, of which git lists the files, got ${root} (${(git.stderr || git.error?.message || "git failed").trim()})`,
    );
  const items = git.stdout
    .split("\0")
    .filter(
      (name) => name !== "" && lstatSync(join(root, name), { throwIfNoEntry: false })?.isFile() === true,
    )
    .map((name) => item(join(root, name), name));
  return { name: "checkout", items };
}

/** What set-up made and a folder elsewhere can use: packages, build, TensorFlow's libraries with the addon, and the notes that
 *  say so. Not .venv and the kernelspec, which hold this folder's path: set-up makes them anew from the wheels.
 *
 *  @param root The project's folder. */
export function made(root: string): Part[] {
  const stamps = ["npm", "build", "tensorflow", "addon", "addon-kept"].map(
    (name) => `.setup/stamps/${name}.json`,
  );
  const exists = (path: string) => lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  return [
    { name: "node_modules", items: below(root, "node_modules", (name) => /^\.(cache|vite|bin)/.test(name)) },
    { name: "dist", items: below(root, "dist") },
    { name: "TensorFlow", items: exists(".tf") ? below(root, ".tf") : [] },
    { name: "set-up's notes", items: stamps.filter(exists).map((path) => item(join(root, path), path)) },
  ];
}

/** The catalog's files that are on this machine, to where a folder elsewhere looks for downloads.
 *
 *  @param withGpl Also those under the GPL and its kin. Default false.
 *  @returns The part with the names of its files; files that this machine has not, or has with other bytes than the catalog's; and
 *    files left out for their licence. */
export function publicData(withGpl = false): {
  readonly part: Part;
  readonly names: readonly string[];
  readonly missing: readonly string[];
  readonly differing: readonly string[];
  readonly copyleft: readonly string[];
} {
  const isOut = (name: string) => !withGpl && isCopyleft(catalog().get(name)!.licence);
  const all = verify();
  const verdicts = all.filter(({ name }) => !isOut(name));
  const named = (state: string) => verdicts.filter((verdict) => verdict.state === state);
  const items = named("ok").map(({ name, path }) => item(path!, `.cache/data/${name}`));
  return {
    part: { name: "data", items },
    names: named("ok").map(({ name }) => name),
    missing: named("missing").map(({ name }) => name),
    differing: named("differs").map(({ name }) => name),
    copyleft: all.flatMap(({ name, state }) => (isOut(name) && state === "ok" ? [name] : [])),
  };
}
