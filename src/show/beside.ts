// Our number beside the paper's: a table with the difference worked out.
import { type Table, table } from "./table.js";

/** One quantity that both state. */
export interface Beside {
  /** What it is, with its unit, e.g. "SNR at s25 (dB)". */
  readonly name: string;
  /** Ours; undefined: not run. */
  readonly ours: number | undefined;
  /** The paper's or the peer's; undefined: it states none. */
  readonly theirs: number | undefined;
  /** Half-width of our 95 % interval. */
  readonly spread?: number;
  /** Which way is better. Default "higher". */
  readonly better?: "higher" | "lower";
}

/** Table of our numbers beside another's. The last column says which is ahead, "level" where the difference is within our spread, and
 *  "not stated" or "not run" where one is missing.
 *
 *  @param rows See Beside.
 *  @param options.theirs Who the other is, e.g. "Yu & Ma 2021, Table 2".
 *  @param options.caption A line above the table, e.g. what ran where.
 *  @param options.digits Significant digits. Default 4.
 *  @returns Table with the columns quantity, here, theirs, difference, and who is ahead. */
export function tableBeside(
  rows: readonly Beside[],
  options: { readonly theirs: string; readonly caption?: string; readonly digits?: number },
): Table {
  const { theirs, caption = "", digits = 4 } = options;
  const short = (v: number | undefined) => (v === undefined ? undefined : Number(v.toPrecision(digits)));
  const cells = rows.map((row) => {
    const { name, ours, theirs: other, spread } = row;
    const difference = ours === undefined || other === undefined ? undefined : ours - other;
    const mine =
      spread === undefined || ours === undefined ? short(ours) : `${short(ours)} ± ${short(spread)}`;
    return [name, mine, short(other), short(difference), verdict(row, difference)];
  });
  return table(["quantity", "here", theirs, "difference", "ahead"], cells, { caption, digits });
}

function verdict(
  { ours, theirs, spread = 0, better = "higher" }: Beside,
  difference: number | undefined,
): string {
  if (ours === undefined) return "not run";
  if (theirs === undefined || difference === undefined) return "not stated";
  if (Math.abs(difference) <= spread) return "level";
  return difference > 0 === (better === "higher") ? "here" : "theirs";
}
