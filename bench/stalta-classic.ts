// Classic STA/LTA of three hours of noise.
import { classicStaLta } from "geodl/signal";
import { hoursCase, sparse } from "./hours.js";

export const bench = hoursCase(
  {
    name: "stalta-classic",
    peer: "stalta/classic",
    workload: "classic STA/LTA, nsta 100, nlta 1000, on 3x360000 float64",
  },
  (trace) => classicStaLta(trace, 100, 1000),
  sparse,
);
