// Recursive STA/LTA of three hours of noise.
import { recursiveStaLta } from "geodl/signal";
import { hoursCase, sparse } from "./hours.js";

export const bench = hoursCase(
  {
    name: "stalta-recursive",
    peer: "stalta/recursive",
    workload: "recursive STA/LTA, nsta 100, nlta 1000, on 3x360000 float64",
  },
  (trace) => recursiveStaLta(trace, 100, 1000),
  sparse,
);
