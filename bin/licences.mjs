#!/usr/bin/env node
// Lists every package that set-up installs with its licence, one a line: npm's from the lock file and node_modules, Python's from .venv.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What package.json leaves to another file, as read there. */
const readByHand = {
  "dejavu-fonts-ttf": "Bitstream-Vera",
  h5wasm: "BSD-3-Clause", // HDF5's own; the wrapper is in the public domain
  "stack-trace": "MIT",
  "typed-function": "MIT",
};

function npm() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => {
      const name = path.split("node_modules/").at(-1);
      const file = join(root, path, "package.json");
      const own = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
      const stated = own.license ?? own.licenses ?? entry.license ?? "";
      const words = [stated].flat().map((each) => (typeof each === "string" ? each : each.type));
      const licence = readByHand[name] ?? words.join(" OR ");
      return { where: entry.dev ? "npm, developers only" : "npm", name, version: entry.version, licence };
    });
}

/** Python's packages say it in three ways: an SPDX expression, words, or a classifier. */
function licenceOf(metadata) {
  const head = metadata.split("\n\n")[0];
  const field = (name) => new RegExp(`^${name}: (.+)$`, "m").exec(head)?.[1];
  const classifier = /^Classifier: License :: OSI Approved :: (.+)$/m.exec(head)?.[1];
  const words = field("License");
  return field("License-Expression") ?? classifier ?? (words && words.length < 40 ? words : "") ?? "";
}

function python() {
  const lib = join(root, ".venv", "lib");
  if (!existsSync(lib)) return [];
  return readdirSync(lib).flatMap((version) => {
    const site = join(lib, version, "site-packages");
    return readdirSync(site)
      .filter((name) => name.endsWith(".dist-info"))
      .map((name) => {
        const metadata = readFileSync(join(site, name, "METADATA"), "utf8");
        const [, own, number] = /^(.+)-(.+)\.dist-info$/.exec(name);
        return { where: "Python", name: own, version: number, licence: licenceOf(metadata) };
      });
  });
}

for (const { where, name, version, licence } of [...npm(), ...python()])
  console.log([where, name, version, licence || "?"].join("\t"));
