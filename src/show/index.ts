// Room show/: figures and tables, as plain objects that Jupyter shows.
export * from "./figure.js";
export * from "./lines.js";
export * from "./record.js";
export { axis, colour, palette } from "./style.js";
export { jupyterDisplay } from "./symbol.js";
export * from "./table.js";
