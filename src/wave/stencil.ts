// Finite-difference weights of orders 2, 4 and 8 on a regular grid, and the time step they allow.

/** Order of accuracy in space. */
export type Order = 2 | 4 | 8;

/** Weights in units of the grid spacing; beyond the order's reach they are 0. */
export interface Stencil {
  readonly order: Order;
  /** Cells to either side that a derivative reads. */
  readonly reach: number;
  /** Second derivative: w[0] u_i + sum_k w[k] (u_{i+k} + u_{i-k}), 5 weights. */
  readonly second: readonly number[];
  /** First derivative: sum_k d[k - 1] (u_{i+k} - u_{i-k}), 4 weights. */
  readonly first: readonly number[];
  /** Largest v dt / h of a stable step in two dimensions, second order in time: sqrt(2 / S), S = the largest eigenvalue of -D2 in one. */
  readonly courant: number;
}

const tables: Readonly<Record<Order, readonly [readonly number[], readonly number[]]>> = {
  2: [[1], [1 / 2]],
  4: [
    [4 / 3, -1 / 12],
    [2 / 3, -1 / 12],
  ],
  8: [
    [8 / 5, -1 / 5, 8 / 315, -1 / 560],
    [4 / 5, -1 / 5, 4 / 105, -1 / 280],
  ],
};

/** Central differences of an order.
 *
 *  @param order 2, 4 or 8.
 *  @returns Weights and the Courant limit: .707, .612, .555.
 *  @throws RangeError for another order.
 *  @see Fornberg (1988), doi:10.1090/S0025-5718-1988-0935077-0. */
export function stencil(order: Order): Stencil {
  const table = tables[order];
  if (table === undefined) throw new RangeError(`stencil: order must be 2, 4 or 8, got ${String(order)}`);
  const [pairs, slopes] = table;
  const padded = (w: readonly number[]) => Array.from({ length: 4 }, (_, k) => w[k] ?? 0);
  const second = [-2 * pairs.reduce((a, b) => a + b, 0), ...padded(pairs)];
  const steepest = -second[0]! - 2 * pairs.reduce((sum, w, k) => sum + (k % 2 === 0 ? -w : w), 0);
  return { order, reach: pairs.length, second, first: padded(slopes), courant: Math.sqrt(2 / steepest) };
}
