// The command line's help.
import { startupCase } from "./startup.js";

export const bench = startupCase("startup-help", "", "geodl --help, a new process each time", [
  "bin/geodl.mjs",
  "--help",
]);
