// One room alone.
import { startupCase } from "./startup.js";

export const bench = startupCase(
  "startup-signal",
  "import/obspy",
  'import "geodl/signal", a new process each time',
  ["--input-type=module", "-e", 'import "geodl/signal"'],
);
