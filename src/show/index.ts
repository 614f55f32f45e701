// Room show/: figures and tables, as plain objects that Jupyter shows.
export * from "./atoms.js";
export * from "./beside.js";
export type { ColourMap } from "./colours.js";
export * from "./comparison.js";
export * from "./figure.js";
export * from "./gather.js";
export * from "./histogram.js";
export * from "./image.js";
export * from "./intervals.js";
export * from "./lines.js";
export * from "./model.js";
export * from "./record.js";
export { type SectionLine, type SectionOptions, section } from "./section.js";
export * from "./spectrum.js";
export { axis, colour, palette } from "./style.js";
export { jupyterDisplay } from "./symbol.js";
export * from "./table.js";
