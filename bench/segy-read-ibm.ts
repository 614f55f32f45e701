// A SEG-Y file of IBM floats.
import { segyCase } from "./segy.js";

export const bench = segyCase("ibm");
