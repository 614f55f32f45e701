// Room data/: the catalog, files by name, readers, tables, generated records. Importing it loads neither HDF5 nor danfo.
export * as augment from "./augment/index.js";
export { type CatalogEntry, type CatalogRecipe, type CatalogSource, catalog } from "./catalog.js";
export * from "./csv.js";
export * from "./fetch.js";
export * from "./find.js";
export * as firstbreak from "./firstbreak.js";
export * from "./frame.js";
export * as synthetic from "./generate/index.js";
export { type AttributeValue, type Hdf5File, type Hdf5ReadOptions, openHdf5 } from "./hdf5.js";
export { phasenetRecord } from "./ncedc-record.js";
export * as poststack from "./poststack.js";
export type { Recording } from "./recording.js";
export * from "./select.js";
export * as stead from "./stead.js";
export type { SteadAttributes } from "./stead-attributes.js";
export { type Column, type ColumnTable, type TableRow, table } from "./table.js";
export * as velocity from "./velocity.js";
