// Fetches files of the catalog and says where they are: `node child.mjs NAME ...`; sends a message with each piece where it has a parent.
import { fetch } from "geodl/data";

for (const name of process.argv.slice(2)) {
  const path = await fetch(name, { onBytes: (_, done) => process.send?.({ done }) });
  process.send?.({ path });
}
process.disconnect?.();
