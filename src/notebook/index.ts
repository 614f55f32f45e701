// Room notebook/: what a cell calls. Each works in a plain script as well.
export { check, type Expectation, exercise, summary } from "./check.js";
export { live } from "./live.js";
export { type Profile, profile, seed } from "./profile.js";
export { type Bar, bar, barLine, progress } from "./progress.js";
export { provenance } from "./provenance.js";
