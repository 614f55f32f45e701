// What a verb of the command line is: its help, its options, what it does.
import type { ParseArgsConfig } from "node:util";

/** Options as node:util's parseArgs takes them. */
export type Options = NonNullable<ParseArgsConfig["options"]>;

/** What a verb gets: positional arguments, options by name, and everything after `--`. */
export interface Call {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly rest: readonly string[];
}

/** One verb, one file. */
export interface Verb {
  /** Arguments after the verb's name, e.g. "[NN ...] [--profile P]". */
  readonly usage: string;
  /** A line for each option. */
  readonly options: Options;
  readonly help: readonly string[];
  /** A call that works, shown by --help. */
  readonly example: string;
  /** Options that the verb does not know go to `rest` instead of being refused. */
  readonly passesOn?: boolean;
  /** @returns Exit status: 0 done, 1 failed. */
  run(call: Call): Promise<number>;
}

/** A wrong call: exit status 2 and a pointer to --help. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The value of a string option.
 *  @returns undefined where it was not given. */
export function stringOption(call: Call, name: string): string | undefined {
  const value = call.values[name];
  return typeof value === "string" ? value : undefined;
}

/** The value of an option that is a number.
 *  @param fits Whether it may be that. @param rule What it must be, in words.
 *  @returns undefined where it was not given.
 *  @throws UsageError where it does not fit. */
export function numberOption(
  call: Call,
  name: string,
  fits: (v: number) => boolean,
  rule: string,
): number | undefined {
  const text = stringOption(call, name);
  if (text === undefined) return undefined;
  if (text.trim() === "" || !fits(Number(text)))
    throw new UsageError(`--${name} must be ${rule}, got ${text}`);
  return Number(text);
}
