// The velocity gradient of half the sum of squared records, from the wavefield of every step.
import { wave } from "geodl";
import { acousticCase } from "./marmousi.js";

export const bench = acousticCase(
  "acoustic-gradient",
  4,
  1,
  "; forward + adjoint for the velocity gradient, every = 1",
  "acoustic-gradient/marmousi-order4-shots1",
  (model, simulation) =>
    void wave.acousticGradient(model, { ...simulation, every: 1 }, ({ data }) => ({
      value: 0.5 * data.reduce((sum, u) => sum + u * u, 0),
      adjoint: data,
    })),
);
