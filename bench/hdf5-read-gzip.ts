// Traces of an HDF5 file, gzip.
import { hdf5Case } from "./hdf5.js";

export const bench = hdf5Case("gzip");
