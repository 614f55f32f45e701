// Reading all of a SEG-Y file with two header words.
import { formats } from "geodl";
import type { Case } from "./harness.js";
import { peerInput } from "./peer-inputs.js";

/** @param kind Format of the samples. */
export function segyCase(kind: "ibm" | "ieee"): Case {
  return {
    name: `segy-read-${kind}`,
    peer: `segy-read/segyio-${kind}`,
    workload: `all of 2000 traces x 1500 samples (${kind} float32) and two header words, file cache warm`,
    amount: 2000,
    unit: "traces/s",
    usesTensors: false,
    async prepare() {
      const path = peerInput(`line-${kind}.sgy`, `segy-read/segyio-${kind}`);
      const read = () => {
        const source = formats.fileSource(path);
        try {
          const file = formats.readSegy(source);
          return [file.traces().data, file.column("CDP"), file.column("offset")] as const;
        } finally {
          source.close();
        }
      };
      return {
        inputs: path,
        run: read,
        output: () => {
          const [samples, cdp, offset] = read();
          return [...samples.filter((_, i) => i % 3001 === 0), ...cdp.subarray(-2), ...offset.subarray(-2)];
        },
      };
    },
  };
}
