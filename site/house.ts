// Draws the house: each room on its floor, an arrow to each room it stands on, and beside it the table of all imports.
import type { Room } from "./imports.js";

const box = { width: 128, height: 58, gap: 10, floor: 98 };
const colours = { typed: "#dcebf7", tensor: "#fbe3cf", line: "#444444", text: "#1a1a1a", faint: "#5a5a5a" };

/** Everything that a room reaches through others. */
function below(rooms: ReadonlyMap<string, Room>, name: string, seen = new Set<string>()): Set<string> {
  for (const next of rooms.get(name)?.leansOn ?? []) if (!seen.has(next)) below(rooms, next, seen.add(next));
  return seen;
}

/** Floor of each room: just below the lowest room that leans on it; where none does, just above what it leans on.
 *  @throws RangeError if rooms lean on each other in a ring. */
function floors(rooms: ReadonlyMap<string, Room>): Map<string, number> {
  const height = (name: string, path: readonly string[] = []): number => {
    if (path.includes(name))
      throw new RangeError(`house: rooms must not lean on each other, got ${[...path, name].join(" -> ")}`);
    return Math.max(-1, ...rooms.get(name)!.leansOn.map((next) => height(next, [...path, name]))) + 1;
  };
  const heights = new Map([...rooms.keys()].map((name) => [name, height(name)]));
  const users = (name: string) => [...rooms.values()].filter((room) => room.leansOn.includes(name));
  const floor = (name: string): number => {
    const above = users(name).map((room) => floor(room.name));
    const own = heights.get(name)!;
    return above.length > 0 && own > 0 ? Math.min(...above) - 1 : own;
  };
  return new Map([...rooms.keys()].map((name) => [name, floor(name)]));
}

/** Imports that no chain of others implies. */
function bearing(rooms: ReadonlyMap<string, Room>, room: Room): string[] {
  return room.leansOn.filter(
    (name) => !room.leansOn.some((other) => other !== name && below(rooms, other).has(name)),
  );
}

/** Rooms of each floor from left to right: by the mean place of their neighbours, in some sweeps, so that few arrows cross. */
function arrange(rooms: ReadonlyMap<string, Room>, floor: ReadonlyMap<string, number>): string[][] {
  const top = Math.max(...floor.values());
  const rows = Array.from({ length: top + 1 }, (_, f) =>
    [...floor.keys()].filter((name) => floor.get(name) === f),
  );
  const edges = [...rooms.values()].flatMap((room) =>
    bearing(rooms, room).map((to) => [room.name, to] as const),
  );
  const place = (name: string) => {
    const row = rows[floor.get(name)!]!;
    return row.indexOf(name) - (row.length - 1) / 2;
  };
  for (let sweep = 0; sweep < 8; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows.toReversed() : rows) {
      const wish = new Map(
        row.map((name) => {
          const near = edges.flatMap(([a, b]) => (isDown ? (b === name ? [a] : []) : a === name ? [b] : []));
          return [
            name,
            near.length > 0 ? near.reduce((sum, n) => sum + place(n), 0) / near.length : place(name),
          ];
        }),
      );
      row.sort((a, b) => wish.get(a)! - wish.get(b)! || (a < b ? -1 : 1));
    }
  }
  return rows;
}

const label = (x: number, y: number, words: string, more = "") =>
  `<text x="${x}" y="${y}"${more}>${words.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</text>`;
const small = ` class="small"`;

/** The table of all imports: who (rows, upper floors first) leans on whom (columns, in the same order). */
function matrix(
  rooms: ReadonlyMap<string, Room>,
  order: readonly string[],
  left: number,
  top: number,
): string[] {
  const step = 19;
  const at = (i: number) => i * step + step / 2;
  const lines: string[] = [];
  order.forEach((row, r) => {
    const y = top + at(r);
    if (r % 2 === 0)
      lines.push(
        `<rect x="${left - 90}" y="${y - step / 2}" width="${90 + order.length * step}" height="${step}" fill="#f2f2f2"/>`,
      );
    lines.push(label(left - 8, y + 4, row, ` text-anchor="end"`));
    lines.push(`<text transform="translate(${left + at(r) + 4} ${top - 6}) rotate(-60)">${row}</text>`);
    order.forEach((column, c) => {
      if (rooms.get(row)!.leansOn.includes(column))
        lines.push(`<circle cx="${left + at(c)}" cy="${y}" r="4.5"/>`);
    });
    lines.push(
      `<rect x="${left + at(r) - 4}" y="${y - 4}" width="8" height="8" fill="none" stroke="#bbbbbb"/>`,
    );
  });
  return lines;
}

/** Draws the rooms.
 *  @param all The rooms as the code has them.
 *  @returns An SVG picture; the same rooms give the same text.
 *  @throws RangeError if rooms lean on each other in a ring. */
export function drawHouse(all: readonly Room[]): string {
  const rooms = new Map(all.map((room) => [room.name, room]));
  const floor = floors(rooms);
  const rows = arrange(rooms, floor);
  const widest = Math.max(...rows.map((row) => row.length));
  const [width, left] = [widest * (box.width + box.gap) - box.gap, 20];
  const top = rows.length - 1;
  const order = rows.toReversed().flat();
  const y = (name: string) => 20 + (top - floor.get(name)!) * box.floor;
  const x = (name: string) => {
    const row = rows[floor.get(name)!]!;
    const rest = width - row.length * (box.width + box.gap) + box.gap;
    return left + rest / 2 + row.indexOf(name) * (box.width + box.gap) + box.width / 2;
  };
  const lines: string[] = [];
  // A room that all others import is the ground under them, and needs no arrows.
  const ground = rows[0]!.find((name) =>
    all.every((room) => room.name === name || room.leansOn.includes(name)),
  );
  for (const room of all)
    for (const to of bearing(rooms, room).filter((name) => name !== ground)) {
      const [x1, y1, x2, y2] = [x(room.name), y(room.name) + box.height, x(to), y(to) - 5];
      const bend = (y2 - y1) * 0.5;
      lines.push(
        `<path d="M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" marker-end="url(#tip)"/>`,
      );
    }
  for (const { name, packages } of all) {
    const isGround = name === ground;
    const wide = isGround ? width : box.width;
    const centre = isGround ? left + width / 2 : x(name);
    const fill = name === "tensor" || below(rooms, name).has("tensor") ? colours.tensor : colours.typed;
    lines.push(
      `<rect x="${centre - wide / 2}" y="${y(name)}" width="${wide}" height="${box.height}" rx="5" fill="${fill}" stroke="${colours.line}"/>`,
      label(
        centre,
        y(name) + (packages.length > 0 || isGround ? 19 : 33),
        name,
        ` text-anchor="middle" class="name"`,
      ),
    );
    const words = isGround
      ? ["every room leans on it"]
      : folded(packages.map((each) => each.split("/").at(-1)!));
    words.forEach((line, i) => {
      lines.push(label(centre, y(name) + 34 + 13 * i, line, ` text-anchor="middle"${small}`));
    });
  }
  const side = left + width + 130;
  const height = 20 + (top + 1) * box.floor + 20;
  const total = side + order.length * 19 + 20;
  lines.push(...matrix(rooms, order, side, 110));
  const note = 110 + order.length * 19 + 30;
  lines.push(
    label(side - 90, note, "● the room of the row imports from that of the", small),
    label(side - 90, note + 15, "column. Every dot lies right of the diagonal:", small),
    label(side - 90, note + 30, "no room leans on one above it.", small),
    legend(left, height - 22, colours.typed, "never sees a tensor"),
    legend(left + 180, height - 22, colours.tensor, "stands on TensorFlow.js"),
    label(
      left + 385,
      height - 12,
      "small: packages that it imports; arrows that follow from others are left out",
      small,
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" role="img" aria-label="The rooms of src and their imports" font-family="DejaVu Sans, Verdana, sans-serif" font-size="13" fill="${colours.text}">`,
    `<style>.name{font-size:17px;font-weight:bold}.small{font-size:12px;fill:${colours.faint}}path{fill:none;stroke:${colours.line};stroke-width:1.4}</style>`,
    `<defs><marker id="tip" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L10 5 L0 10 z" style="fill:${colours.line};stroke:none"/></marker></defs>`,
    `<rect width="${total}" height="${height}" fill="#ffffff"/>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

function legend(x: number, y: number, fill: string, words: string): string {
  return `<rect x="${x}" y="${y}" width="14" height="12" fill="${fill}" stroke="${colours.line}"/>${label(x + 20, y + 10, words, small)}`;
}

/** Words in at most two lines of about a box's width. */
function folded(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 16) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(word);
  }
  if (lines.length <= 2) return lines;
  return [lines[0]!, `and ${words.length - lines[0]!.split(", ").length} more`];
}
