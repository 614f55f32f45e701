// What is wrong with the options of a call, in the words of this program.
import { nearest } from "../data/nearest.js";
import type { Options } from "./verb.js";

/** What node:util's parseArgs found wrong, in one line.
 *
 *  @param error What it threw.
 *  @param options What the verb knows.
 *  @returns The rule, and what was got. */
export function wrongOption(error: Error, options: Options): string {
  const name = /'(-[^' <]*)/.exec(error.message)?.[1] ?? "";
  if (/^Unknown option/.test(error.message)) {
    const names = Object.keys(options);
    return `there is no option ${name}${nearest(name.replace(/^-+/, ""), names).replace(/(nearest: |, )/g, "$1--")}`;
  }
  if (/argument missing/.test(error.message)) return `${name} must have a value, got none`;
  if (/ambiguous/.test(error.message))
    return `${name} must have a value, got another option; a value that begins with - is written ${name}=-...`;
  if (/does not take an argument/.test(error.message)) return `${name} must have no value, got one`;
  return error.message.split("\n")[0]!;
}
