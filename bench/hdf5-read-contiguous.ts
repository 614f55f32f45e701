// Traces of an HDF5 file, contiguous.
import { hdf5Case } from "./hdf5.js";

export const bench = hdf5Case("contiguous");
