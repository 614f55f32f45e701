// The velocity gradient of half the sum of squared records, from the wavefield of every fourth step.
import { wave } from "geodl";
import { acousticCase } from "./marmousi.js";

export const bench = acousticCase(
  "acoustic-gradient-every4",
  4,
  8,
  "; forward + adjoint for the velocity gradient, every = 4",
  "acoustic-gradient/marmousi-order4-shots8-every4",
  (model, simulation) =>
    void wave.acousticGradient(model, { ...simulation, every: 4 }, ({ data }) => ({
      value: 0.5 * data.reduce((sum, u) => sum + u * u, 0),
      adjoint: data,
    })),
);
