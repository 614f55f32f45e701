// A small inversion: a slow lens in a smooth model, four shots at the top, everything reached by them.
import { ricker } from "geodl/signal";
import { acoustic } from "geodl/wave";

export const [nz, nx, nt] = [24, 40, 220];
const wavelet = ricker(8, nt, 0.004);
export const simulation = { spacing: 20, dt: 0.004, order: 4 as const, pml: 10, frequency: 8, threads: 1 };
const at = (x: number) => [1, x] as const;
export const survey = {
  sources: [4, 14, 25, 35].map(at),
  receivers: Array.from({ length: nx }, (_, x) => at(x)),
  wavelet,
};
export const shots = survey.sources.map((source) => ({
  sources: [source],
  receivers: survey.receivers,
  wavelet,
}));

const model = (lens: number) => ({
  data: Float32Array.from({ length: nz * nx }, (_, i) => {
    const [z, x] = [Math.floor(i / nx), i % nx];
    return 1800 + 15 * z - lens * Math.exp(-((z - 12) ** 2 + (x - 20) ** 2) / 20);
  }),
  shape: [nz, nx],
});
export const truth = model(250);
export const initial = model(0);
export const observed = acoustic(truth, { ...simulation, shots }).records;
