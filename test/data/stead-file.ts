// Writes a small file in STEAD's layout, so that tests need no data.
import { rmSync } from "node:fs";

export const traces = ["AAA.XX_20240101000000_EV", "BBB.XX_20240101000001_EV", "CCC.XX_20240101000002_NO"];

/** Sample i of channel c of trace k. */
export const sample = (k: number, i: number, c: number) => Math.fround(Math.sin(i * (c + 1) + k) * 100);

/** Writes the file: float32 [nt, 3], chunked and gzipped as STEAD's are, attributes as numbers, text and lists. */
export async function writeStead(path: string, nt = 200): Promise<void> {
  const h5 = await import("h5wasm/node");
  await h5.ready;
  rmSync(path, { force: true });
  const file = new h5.File(path, "w");
  const group = file.create_group("data");
  for (const [k, name] of traces.entries()) {
    const data = Float32Array.from({ length: nt * 3 }, (_, j) => sample(k, Math.floor(j / 3), j % 3));
    const set = group.create_dataset({
      name,
      data,
      shape: [nt, 3],
      chunks: [nt, 3],
      compression: "gzip",
      compression_opts: 4,
    });
    set.create_attribute("trace_name", name);
    set.create_attribute("receiver_code", name.slice(0, 3));
    set.create_attribute("p_arrival_sample", k === 2 ? "" : 50.5 + k);
    set.create_attribute("s_arrival_sample", k === 2 ? "" : BigInt64Array.of(90n + BigInt(k)), []);
    set.create_attribute("source_magnitude", k === 0 ? "2.5" : "None");
    set.create_attribute("source_magnitude_type", k === 0 ? "ml" : "None");
    set.create_attribute("source_depth_km", Number.NaN);
    set.create_attribute("coda_end_sample", "[[150.]]");
    set.create_attribute("snr_db", Float64Array.of(10, 20.5, k === 1 ? Number.NaN : 30));
    set.create_attribute("zero_front", Int32Array.of(0), []);
  }
  file.close();
}
