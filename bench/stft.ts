// Short-time Fourier transform of three hours of noise.
import { stft } from "geodl/signal";
import { hoursCase } from "./hours.js";

export const bench = hoursCase(
  {
    name: "stft",
    peer: "stft/scipy-stft",
    workload: "STFT, Hann 256, hop 64, on 3x360000 (float64; the peer's float32)",
  },
  (trace) => stft(trace, 0.01, { length: 256, overlap: 192 }),
  ({ re, im }) => re.map((v, i) => Math.hypot(v, im[i]!)).filter((_, i) => i % 997 === 0),
);
