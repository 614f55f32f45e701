// Column-major (Fortran, MATLAB) to row-major (C) order and back.

interface List<T> {
  readonly length: number;
  [index: number]: T;
}

/** Copies numbers from one order to the other.
 *
 *  Element (i0, i1, ...) lies at i0 + n0 (i1 + n1 (...)) in column-major order and at (... (i0 n1 + i1) ...) in row-major order.
 *
 *  @param from Source, prod(shape) elements.
 *  @param to Destination, same length.
 *  @param shape Lengths of the axes.
 *  @param isToC true: column-major to row-major; false: back. */
export function reorder<T>(from: List<T>, to: List<T>, shape: readonly number[], isToC: boolean): void {
  const n = from.length;
  const rank = shape.length;
  if (n === 0) return;
  if (rank < 2) {
    for (let i = 0; i < n; i++) to[i] = from[i]!;
    return;
  }
  if (rank === 2) {
    const rows = shape[0]!;
    const columns = shape[1]!;
    // squares of 32 x 32, so that both sides stay in the cache
    for (let r0 = 0; r0 < rows; r0 += 32)
      for (let c0 = 0; c0 < columns; c0 += 32) {
        const r1 = Math.min(r0 + 32, rows);
        const c1 = Math.min(c0 + 32, columns);
        for (let r = r0; r < r1; r++)
          for (let c = c0; c < c1; c++) {
            if (isToC) to[r * columns + c] = from[c * rows + r]!;
            else to[c * rows + r] = from[r * columns + c]!;
          }
      }
    return;
  }
  const index = new Array<number>(rank).fill(0);
  const stride = new Array<number>(rank).fill(1);
  for (let axis = rank - 2; axis >= 0; axis--) stride[axis] = stride[axis + 1]! * shape[axis + 1]!;
  let rowMajor = 0;
  for (let columnMajor = 0; columnMajor < n; columnMajor++) {
    if (isToC) to[rowMajor] = from[columnMajor]!;
    else to[columnMajor] = from[rowMajor]!;
    for (let axis = 0; axis < rank; axis++) {
      index[axis]!++;
      rowMajor += stride[axis]!;
      if (index[axis]! < shape[axis]!) break;
      rowMajor -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
