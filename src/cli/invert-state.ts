// What an inversion leaves in its folder to go on from, and its history.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpz, writeNpz } from "../formats/index.js";
import type { FwiState } from "../inverse/index.js";
import { writeWhole } from "./whole-file.js";

/** One row of history.csv. */
export interface Row {
  readonly iteration: number;
  readonly loss: number;
  readonly relativeL2?: number;
  readonly ssim?: number;
  readonly seconds: number;
}

/** A state with what was seen on the way. */
export interface Saved {
  readonly state: FwiState;
  readonly rows: Row[];
  /** The configuration's text: another one may not go on. */
  readonly config: string;
}

const stateFile = (folder: string) => join(folder, "state.npz");

const vector = (data: Float64Array) => ({ data, shape: [data.length] });

/** Keeps a state in a folder. */
export function saveState(folder: string, { state, rows, config }: Saved): void {
  const { x, adam, pairs, ...rest } = state;
  const numbers = { ...rest, adamSteps: adam.steps, pairs: pairs.length, rows, config };
  const text = new TextEncoder().encode(JSON.stringify(numbers));
  const arrays: Record<string, { data: Float64Array | Uint8Array; shape: readonly number[] }> = {
    numbers: { data: text, shape: [text.length] },
    x: vector(x),
    first: vector(adam.first),
    second: vector(adam.second),
  };
  pairs.forEach(({ s, y }, i) => {
    arrays[`s${i}`] = vector(s);
    arrays[`y${i}`] = vector(y);
  });
  writeWhole(stateFile(folder), writeNpz(arrays));
}

/** The state that a folder keeps; undefined where it keeps none. */
export function loadState(folder: string): Saved | undefined {
  if (!existsSync(stateFile(folder))) return undefined;
  const arrays = readNpz(readFileSync(stateFile(folder)));
  const get = (name: string) => Float64Array.from(arrays.get(name)!.data as Float64Array);
  const text = new TextDecoder().decode(Uint8Array.from(arrays.get("numbers")!.data as Uint8Array));
  const { adamSteps, pairs, rows, config, ...rest } = JSON.parse(text) as Omit<
    FwiState,
    "x" | "adam" | "pairs"
  > & {
    adamSteps: number;
    pairs: number;
    rows: Row[];
    config: string;
  };
  return {
    state: {
      ...rest,
      x: get("x"),
      adam: { first: get("first"), second: get("second"), steps: adamSteps },
      pairs: Array.from({ length: pairs }, (_, i) => ({ s: get(`s${i}`), y: get(`y${i}`) })),
    },
    rows,
    config,
  };
}

/** history.csv. */
export function historyText(rows: readonly Row[]): string {
  const number = (v: number | undefined) => (v === undefined ? "" : String(Number(v.toPrecision(6))));
  const lines = rows.map((r) =>
    [number(r.iteration), number(r.loss), number(r.relativeL2), number(r.ssim), r.seconds.toFixed(3)].join(
      ",",
    ),
  );
  return `iteration,loss,relative_l2,ssim,seconds\n${lines.join("\n")}\n`;
}
