// Cursor positions: Jupyter counts Unicode code points, JavaScript counts UTF-16 units.

/** UTF-16 offset of a code point offset.
 *  @param text The text in which both count.
 *  @param points Code points before the cursor, >= 0; beyond the end means the end.
 *  @returns UTF-16 units before the cursor. */
export function toUtf16(text: string, points: number): number {
  let i = 0;
  for (let n = 0; n < points && i < text.length; n++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return i;
}

/** Code point offset of a UTF-16 offset.
 *  @param text The text in which both count.
 *  @param units UTF-16 units before the cursor, >= 0.
 *  @returns Code points before the cursor. */
export function toCodePoints(text: string, units: number): number {
  let n = 0;
  for (let i = 0; i < Math.min(units, text.length); n++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return n;
}
