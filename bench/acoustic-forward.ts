// Acoustic modelling of order 4.
import { wave } from "geodl";
import { acousticCase } from "./marmousi.js";

export const bench = acousticCase(
  "acoustic-forward",
  4,
  8,
  "",
  "acoustic-forward/marmousi-order4-shots8",
  (model, simulation) => void wave.acoustic(model, simulation),
);
