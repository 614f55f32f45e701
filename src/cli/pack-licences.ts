// Licences of what a packed folder passes on: whose the data are, under which terms, and the texts of those.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CatalogEntry, catalog } from "../data/index.js";
import { root } from "./paths.js";

/** Where the notice lies in a packed folder. */
export const noticeFile = "offline/LICENCES.txt";

/** Whether a licence asks that what is made of the work be under it too: GPL, LGPL, AGPL.
 *  @param licence As the catalog names it. */
export const isCopyleft = (licence: string): boolean => /GPL/.test(licence);

/** Texts that a licence asks to be passed on, by file name in data/licences; the LGPL is a supplement to the GPL. */
const texts: readonly (readonly [file: string, applies: RegExp])[] = [
  ["MIT", /MIT/],
  ["Apache-2.0", /Apache-2\.0|always/],
  ["GPL-3.0", /GPL-3\.0/],
  ["LGPL-3.0", /LGPL-3\.0/],
];

const head = `Licences of what this folder holds

geodl itself: MIT, see LICENSE. Every folder of node_modules and every wheel in offline/wheels carries its own licence.
TensorFlow's libraries in .tf: Copyright The TensorFlow Authors, Apache License 2.0, taken as they are from its Python wheel; what they
are made of: .tf/tensorflow/THIRD_PARTY_NOTICES.txt.

Public data in .cache/data, unchanged but where it says so:
`;

function about(
  { title, source, licence, copyright, changes, citation }: CatalogEntry,
  files: number,
): string {
  const lines = [
    `${title} (${files} ${files === 1 ? "file" : "files"})`,
    `Licence: ${licence}`,
    copyright ?? (source && !isCopyleft(licence) ? "Copyright: its authors, as the source says" : undefined),
    source && `From: ${source.repository}, commit ${source.commit}`,
    changes && `Changed: ${changes}`,
    isCopyleft(licence) &&
      source &&
      `Its source, to be had there: ${source.repository}/tree/${source.commit}`,
    /CC BY 4\.0/.test(licence) && "CC BY 4.0: https://creativecommons.org/licenses/by/4.0/legalcode",
    ...citation.map((text) => `Cite: ${text}`),
  ];
  return lines.filter((line) => typeof line === "string").join("\n  ");
}

/** What a folder with these files must say about them: source, copyright and licence of each set, then the texts of the licences.
 *
 *  @param names Files of the catalog. @returns Plain text.
 *  @throws Error if a text is missing. */
export function noticeText(names: readonly string[]): string {
  const sets = new Map<string, { readonly entry: CatalogEntry; files: number }>();
  for (const name of names) {
    const entry = catalog().get(name)!;
    const key = `${entry.title} ${entry.licence}`;
    sets.set(key, { entry, files: (sets.get(key)?.files ?? 0) + 1 });
  }
  const entries = [...sets.values()];
  const used = ["always", ...entries.map(({ entry }) => entry.licence)];
  const wanted = texts.filter(([, applies]) => used.some((licence) => applies.test(licence)));
  const rule = "=".repeat(78);
  return [
    head,
    ...entries.map(({ entry, files }) => `${about(entry, files)}\n`),
    ...wanted.map(([file]) => {
      const text = readFileSync(join(root, "data", "licences", `${file}.txt`), "utf8");
      return `${rule}\n${file}\n${rule}\n\n${text}`;
    }),
  ].join("\n");
}
