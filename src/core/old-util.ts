// Two functions of node:util that TensorFlow.js' native package still calls: Node 22 warns about them, Node 23 took them away.
import util from "node:util";

/** Puts `util.isNullOrUndefined` and `util.isArray` back, without a warning. Call it before TensorFlow.js or danfo is loaded. */
export function restoreOldUtil(): void {
  const old = util as { isNullOrUndefined?: (x: unknown) => boolean; isArray?: (x: unknown) => boolean };
  old.isNullOrUndefined = (x) => x === null || x === undefined;
  old.isArray = Array.isArray;
}
