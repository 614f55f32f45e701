// "Did you mean": names that are close to one that does not exist.

/** "; nearest: a, b, c", or nothing where no name is close.
 *  @param name What was asked for.
 *  @param names What there is; of more than 5,000 only those with the same beginning are compared. */
export function nearest(name: string, names: readonly string[]): string {
  const candidates =
    names.length <= 5000 ? names : names.filter((n) => n.startsWith(name.slice(0, 4))).slice(0, 5000);
  const close = candidates
    .map((n) => ({ n, d: distance(name.toLowerCase(), n.toLowerCase()) }))
    .filter(({ n, d }) => d <= Math.max(name.length, n.length) * 0.6)
    .sort((a, b) => a.d - b.d)
    .slice(0, 3);
  return close.length === 0 ? "" : `; nearest: ${close.map(({ n }) => n).join(", ")}`;
}

/** Levenshtein's distance: insertions, deletions and replacements from a to b. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
