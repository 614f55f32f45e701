// A SEG-Y file of IEEE floats.
import { segyCase } from "./segy.js";

export const bench = segyCase("ieee");
