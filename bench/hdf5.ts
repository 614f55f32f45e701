// Reading 1,000 of 5,000 traces of a file in STEAD's layout, in random order.
import { data } from "geodl";
import { rng } from "geodl/core";
import type { Case } from "./harness.js";
import { peerInput } from "./peer-inputs.js";

/** @param kind How the traces are stored. */
export function hdf5Case(kind: "contiguous" | "gzip"): Case {
  return {
    name: `hdf5-read-${kind}`,
    peer: `hdf5-read/${kind}`,
    workload: `1000 random of 5000 traces (6000,3) float32 under data/, ${kind}, file opened anew, file cache warm`,
    amount: 1000,
    unit: "traces/s",
    usesTensors: false,
    async prepare() {
      const path = peerInput(`stead-${kind}.hdf5`, `hdf5-read/${kind}`);
      const listing = await data.openHdf5(path);
      const names = [...listing.members("data")!].sort();
      listing.close();
      const chosen = Array.from(rng.numpy(3).permutation(names.length).subarray(0, 1000), (i) => names[i]!);
      const read = async (wanted: readonly string[]) => {
        const file = await data.openHdf5(path);
        const traces = wanted.map((name) => file.read(`data/${name}`));
        file.close();
        return traces;
      };
      return {
        inputs: path,
        run: () => read(chosen),
        output: async () =>
          (await read(chosen.slice(0, 20)))
            .flatMap(({ data: x }) => [x[0]!, x[9000]!, x[17_999]!])
            .map(Number),
      };
    },
  };
}
