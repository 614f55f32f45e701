// Cells written for tslab: `import * as tslab from "tslab"` works, and what its display functions show goes out like ours.
import { type Bundle, host } from "../core/index.js";

/** What tslab's public functions call to show something; tslab's own kernel sets it for each cell. */
interface TslabJupyter {
  lastWriteDisplayData?: (
    content: { readonly data: Bundle; readonly transient?: { readonly display_id?: string } },
    update?: boolean,
  ) => void;
}

/** Connects tslab's display functions to the cell that is running.
 *  @param require Finds the same tslab as the cell does. */
export function connectTslab(require: (name: string) => unknown): void {
  const jupyter = require("tslab/dist/jupyter.js") as TslabJupyter;
  jupyter.lastWriteDisplayData = ({ data, transient }, update) =>
    host()?.display(data, { displayId: transient?.display_id, update: update === true });
}
