// A CSV file of the size of STEAD's: read, filtered by three columns, grouped by two.
import { readFileSync } from "node:fs";
import { data } from "geodl";
import type { Case } from "./harness.js";
import { peerInput } from "./peer-inputs.js";

/** Count, mean magnitude and least distance of each network and receiver type, in the order of their names. */
function grouped(path: string): number[] {
  const all = data.readCsv(readFileSync(path));
  const distance = all.numbers("source_distance_km");
  const magnitude = all.numbers("source_magnitude");
  const category = all.texts("trace_category");
  const local = all.filter(
    (i) => category[i] === "earthquake_local" && distance[i]! < 100 && magnitude[i]! >= 2,
  );
  const [networks, types] = [local.texts("network_code"), local.texts("receiver_type")];
  const [sizes, distances] = [local.numbers("source_magnitude"), local.numbers("source_distance_km")];
  const groups = new Map<string, [count: number, sum: number, nearest: number]>();
  for (let i = 0; i < local.length; i++) {
    const key = `${networks[i]} ${types[i]}`;
    const [count, sum, nearest] = groups.get(key) ?? [0, 0, Number.POSITIVE_INFINITY];
    groups.set(key, [count + 1, sum + sizes[i]!, Math.min(nearest, distances[i]!)]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [count, sum, nearest]]) => [count, sum / count, nearest]);
}

export const bench: Case = {
  name: "table",
  peer: "table/pandas",
  workload:
    "CSV of 200000 rows x 40 columns: read, three-way filter, groups of two keys with count, mean, least",
  unit: "s",
  usesTensors: false,
  async prepare() {
    const path = peerInput("metadata.csv", "table/pandas");
    return { inputs: path, run: () => grouped(path), output: () => grouped(path) };
  },
};
