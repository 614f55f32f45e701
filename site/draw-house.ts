// npm run house: writes the picture of the rooms, docs/house.svg, from the imports of src/ as they stand.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawHouse } from "./house.js";
import { readRooms } from "./imports.js";

/** The picture that belongs to the code in a folder.
 *  @param root Folder of the project.
 *  @returns SVG. */
export function houseOf(root: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return drawHouse(readRooms(join(root, "src"), Object.keys(dependencies)));
}

if (process.argv[1]?.endsWith("draw-house.js"))
  writeFileSync(join(process.cwd(), "docs", "house.svg"), houseOf(process.cwd()));
