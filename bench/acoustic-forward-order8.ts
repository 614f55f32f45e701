// Acoustic modelling of order 8.
import { wave } from "geodl";
import { acousticCase } from "./marmousi.js";

export const bench = acousticCase(
  "acoustic-forward-order8",
  8,
  8,
  "",
  "acoustic-forward/marmousi-order8-shots8",
  (model, simulation) => void wave.acoustic(model, simulation),
);
