// A cell that computes without end is terminated in the middle of a function, without its `finally`: what such a function
// leaves open is put right here.

const repairs = new Set<() => void>();

/** Names a function that puts a room's own state right after a termination.
 *  @param repair Must be quick, and harmless where nothing is open. */
export function onUnwound(repair: () => void): void {
  repairs.add(repair);
}

/** Called by the kernel once it has terminated a cell. What a repair throws is passed over: the others still have their turn. */
export function unwound(): void {
  for (const repair of repairs)
    try {
      repair();
    } catch {
      // The state is as it was.
    }
}
