// Generated records, sections and gathers, with everything about them known.

export * from "./first-break.js";
export * from "./gather.js";
export * from "./record.js";
export * from "./section.js";
