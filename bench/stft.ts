// Short-time Fourier transform of three hours of noise.
import { stft } from "geodl/signal";
import { hoursCase } from "./hours.js";

export const bench = hoursCase(
  {
    name: "stft",
    peer: "stft/scipy-stft",
    workload: "STFT, Hann 256, hop 64, on 3x360000, kept in float32",
  },
  (trace) => stft(new Float32Array(trace), 0.01, { length: 256, overlap: 192 }),
  ({ re, im }) => Float64Array.from(re, (v, i) => Math.hypot(v, im[i]!)).filter((_, i) => i % 997 === 0),
);
