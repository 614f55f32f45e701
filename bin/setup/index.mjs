// What other parts of geodl take from set-up.
export { nodeProblem } from "./node.mjs";
export { status } from "./steps.mjs";
