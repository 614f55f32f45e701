// Room notebook/: what a cell calls. Each works in a plain script as well.
export { abortSignal } from "./abort.js";
export { check, type Expectation, exercise, summary } from "./check.js";
export { type Click, clicks } from "./clicks.js";
export { type Comm, comms } from "./comms.js";
export { type Bundle, clearOutput, display, type Handle } from "./display.js";
export { input } from "./input.js";
export { live } from "./live.js";
export {
  type GatherAnswer,
  type GatherClick,
  type PickTool,
  type PickToolOptions,
  pickTool,
} from "./pick-tool.js";
export { type Profile, profile, seed } from "./profile.js";
export { type Bar, bar, barLine, progress } from "./progress.js";
export { provenance } from "./provenance.js";
export { type SliderOptions, slider } from "./slider.js";
export { type Widget, type WidgetOptions, widget } from "./widget.js";
