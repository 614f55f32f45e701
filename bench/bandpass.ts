// Butterworth band-pass, forward and backward, of three hours of noise.
import { bandpass } from "geodl/signal";
import { hoursCase, sparse } from "./hours.js";

export const bench = hoursCase(
  {
    name: "bandpass",
    workload: "Butterworth band-pass 1-20 Hz, order 4, forward and backward, 100 Hz, on 3x360000 float64",
  },
  (trace) => bandpass(trace, [1, 20], 0.01),
  // not the ends: here they are continued as SciPy's sosfiltfilt does, ObsPy starts both ways from rest
  (trace) => sparse(trace.subarray(36_000, -36_000)),
);
