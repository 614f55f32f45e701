// Tables with too few rows of one class: rows thrown away, repeated, or made up between neighbours (SMOTE, ADASYN).
import type { Rng } from "../../core/index.js";

/** Rows of features with their classes. */
export interface ClassTable {
  /** [row, feature], flat. */
  readonly x: Float32Array;
  /** 0 or 1 for each row. */
  readonly y: Int32Array;
}

interface Shape {
  readonly n: number;
  readonly features: number;
  /** Row numbers of the class with fewer rows (1 where both have as many), and of the other. */
  readonly few: readonly number[];
  readonly many: readonly number[];
  readonly rare: number;
}

function shapeOf(name: string, { x, y }: ClassTable): Shape {
  const n = y.length;
  const features = x.length / n;
  if (n === 0 || !Number.isInteger(features) || features === 0)
    throw new RangeError(`${name}: x must hold whole rows, one for each y, got ${x.length} for ${n}`);
  const rows: [number[], number[]] = [[], []];
  y.forEach((value, i) => {
    if (value !== 0 && value !== 1) throw new RangeError(`${name}: classes must be 0 or 1, got ${value}`);
    rows[value].push(i);
  });
  if (rows[0].length === 0 || rows[1].length === 0)
    throw new RangeError(`${name}: both classes must have rows, got ${rows[0].length} and ${rows[1].length}`);
  const rare = rows[1].length <= rows[0].length ? 1 : 0;
  return { n, features, few: rows[rare], many: rows[1 - rare]!, rare };
}

function rowsOf({ x, y }: ClassTable, features: number, order: readonly number[]): ClassTable {
  const out = new Float32Array(order.length * features);
  order.forEach((row, i) => {
    out.set(x.subarray(row * features, (row + 1) * features), i * features);
  });
  return { x: out, y: Int32Array.from(order, (row) => y[row]!) };
}

/** Random under-sampling: as many rows of the larger class as the smaller has, drawn without replacement; the rest is lost.
 *  @returns A new table, rows in the order of the old one.
 *  @throws RangeError unless there are rows of both classes, 0 and 1. */
export function undersample(table: ClassTable, rng: Rng): ClassTable {
  const { features, few, many } = shapeOf("undersample", table);
  const drawn = rng.permutation(many.length).subarray(0, few.length);
  const order = [...few, ...Array.from(drawn, (i) => many[i]!)].sort((a, b) => a - b);
  return rowsOf(table, features, order);
}

/** Random over-sampling: rows of the smaller class again, drawn with replacement, until both are as many; what is memorised is memorised harder.
 *  @returns A new table: the old one, then the repeated rows.
 *  @throws RangeError unless there are rows of both classes, 0 and 1. */
export function oversample(table: ClassTable, rng: Rng): ClassTable {
  const { n, features, few, many } = shapeOf("oversample", table);
  const again = Array.from({ length: many.length - few.length }, () => few[rng.integer(0, few.length)]!);
  return rowsOf(table, features, [...Array.from({ length: n }, (_, i) => i), ...again]);
}

export interface NeighbourOptions {
  /** Neighbours that are looked at, >= 1. Default 5. */
  readonly neighbours?: number;
}

/** SMOTE: new rows of the smaller class, x_i + u (x_j - x_i), x_j one of the k nearest rows of that class and u uniform in 0 .. 1, until both classes
 *  are as many. Every row x_i serves as often as any other, but for one. Columns should be of one scale, for distances are Euclidean.
 *  @returns A new table: the old one, then the new rows.
 *  @throws RangeError unless the smaller class has two rows, or for neighbours < 1.
 *  @see Chawla et al. (2002), JAIR 16. */
export function smote(table: ClassTable, rng: Rng, { neighbours = 5 }: NeighbourOptions = {}): ClassTable {
  const { few, many } = shapeOf("smote", table);
  const missing = many.length - few.length;
  const order = Array.from(rng.fork("rows").permutation(few.length));
  const counts = new Int32Array(few.length);
  for (let k = 0; k < missing; k++) counts[order[k % few.length]!]!++;
  return between("smote", table, counts, neighbours, rng);
}

/** ADASYN: as SMOTE, but a row serves the more often the more of its k nearest rows are of the other class: g_i = r_i / sum r G, r_i that share and G
 *  the number that is missing; rounded. Where no row has such a neighbour all serve alike. New rows gather where the classes meet, noise included.
 *  @returns A new table: the old one, then the new rows, G but for rounding.
 *  @throws RangeError unless the smaller class has two rows, or for neighbours < 1.
 *  @see He et al. (2008), IJCNN. */
export function adasyn(table: ClassTable, rng: Rng, { neighbours = 5 }: NeighbourOptions = {}): ClassTable {
  const { n, few, many, rare } = shapeOf("adasyn", table);
  const everyone = Array.from({ length: n }, (_, i) => i);
  const shares = few.map((row) => {
    const near = nearest(table, row, everyone, neighbours);
    return near.filter((other) => table.y[other] !== rare).length / near.length;
  });
  const sum = shares.reduce((a, b) => a + b, 0);
  const missing = many.length - few.length;
  const counts = Int32Array.from(shares, (share) =>
    Math.round(missing * (sum > 0 ? share / sum : 1 / few.length)),
  );
  return between("adasyn", table, counts, neighbours, rng);
}

/** New rows between a row of the smaller class and its neighbours of that class, so many for each. */
function between(
  name: string,
  table: ClassTable,
  counts: Int32Array,
  neighbours: number,
  rng: Rng,
): ClassTable {
  const { features, few, rare } = shapeOf(name, table);
  if (!Number.isInteger(neighbours) || neighbours < 1)
    throw new RangeError(`${name}: neighbours must be a whole number >= 1, got ${neighbours}`);
  if (few.length < 2)
    throw new RangeError(`${name}: the smaller class must have two rows, got ${few.length}`);
  const total = counts.reduce((a, b) => a + b, 0);
  const made = new Float32Array(total * features);
  let at = 0;
  few.forEach((row, i) => {
    if (counts[i] === 0) return;
    const near = nearest(table, row, few, neighbours);
    const draw = rng.fork(`row ${row}`);
    for (let k = 0; k < counts[i]!; k++) {
      const other = near[draw.integer(0, near.length)]!;
      const u = draw.uniform();
      for (let f = 0; f < features; f++) {
        const [a, b] = [table.x[row * features + f]!, table.x[other * features + f]!];
        made[at++] = a + u * (b - a);
      }
    }
  });
  const x = new Float32Array(table.x.length + made.length);
  x.set(table.x);
  x.set(made, table.x.length);
  const y = new Int32Array(table.y.length + total).fill(rare);
  y.set(table.y);
  return { x, y };
}

/** The k rows nearest to a row, itself left out; fewer where there are fewer. */
function nearest({ x, y }: ClassTable, row: number, among: readonly number[], k: number): number[] {
  const features = x.length / y.length;
  const far = among
    .filter((other) => other !== row)
    .map((other) => {
      let distance = 0;
      for (let f = 0; f < features; f++) distance += (x[other * features + f]! - x[row * features + f]!) ** 2;
      return { other, distance };
    });
  return far
    .sort((a, b) => a.distance - b.distance || a.other - b.other)
    .slice(0, k)
    .map(({ other }) => other);
}
