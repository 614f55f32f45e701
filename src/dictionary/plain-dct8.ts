// Hard threshold of the 8 x 8 DCT in every window of a band, in TypeScript; see assembly/dct8.ts.

const half = (k: number): number => Math.cos((k * Math.PI) / 16) / 2;
const [c1, c3, c5, c7, a, b, c] = [half(1), half(3), half(5), half(7), half(2), half(6), Math.SQRT1_2 / 2];

/** Orthonormal 8-point DCT-II of x, in place. */
function forward(x: Float64Array): void {
  const [x0, x1, x2, x3, x4, x5, x6, x7] = [x[0]!, x[1]!, x[2]!, x[3]!, x[4]!, x[5]!, x[6]!, x[7]!];
  const [d0, d1, d2, d3] = [x0 - x7, x1 - x6, x2 - x5, x3 - x4];
  const [t0, t1, t2, t3] = [x0 + x7 + x3 + x4, x1 + x6 + x2 + x5, x0 + x7 - x3 - x4, x1 + x6 - x2 - x5];
  x[0] = c * (t0 + t1);
  x[4] = c * (t0 - t1);
  x[2] = a * t2 + b * t3;
  x[6] = b * t2 - a * t3;
  x[1] = c1 * d0 + c3 * d1 + c5 * d2 + c7 * d3;
  x[3] = c3 * d0 - c7 * d1 - c1 * d2 - c5 * d3;
  x[5] = c5 * d0 - c1 * d1 + c7 * d2 + c3 * d3;
  x[7] = c7 * d0 - c5 * d1 + c3 * d2 - c1 * d3;
}

/** Its inverse, in place. */
function inverse(x: Float64Array): void {
  const [y0, y1, y2, y3, y4, y5, y6, y7] = [x[0]!, x[1]!, x[2]!, x[3]!, x[4]!, x[5]!, x[6]!, x[7]!];
  const [e0, e1, e2, e3] = [c * (y0 + y4), c * (y0 - y4), a * y2 + b * y6, b * y2 - a * y6];
  const d0 = c1 * y1 + c3 * y3 + c5 * y5 + c7 * y7;
  const d1 = c3 * y1 - c7 * y3 - c1 * y5 - c5 * y7;
  const d2 = c5 * y1 - c1 * y3 + c7 * y5 + c3 * y7;
  const d3 = c7 * y1 - c5 * y3 + c3 * y5 - c1 * y7;
  x[0] = e0 + e2 + d0;
  x[1] = e1 + e3 + d1;
  x[2] = e1 - e3 + d2;
  x[3] = e0 - e2 + d3;
  x[4] = e0 - e2 - d3;
  x[5] = e1 - e3 - d2;
  x[6] = e1 + e3 - d1;
  x[7] = e0 + e2 - d0;
}

/** Sum over the windows of a band of their thresholded DCT, brought back; arguments as `Kernels.dctBand` says. */
export function plainDctBand(
  band: Float32Array,
  into: Float32Array,
  stride: number,
  rows: number,
  columns: number,
  t: number,
  work: Float32Array,
): void {
  const eight = new Float64Array(8);
  const limit = Math.fround(t);
  const summed = new Float32Array(stride);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns + 7; x++) {
      for (let k = 0; k < 8; k++) eight[k] = band[(y + k) * stride + x]!;
      forward(eight);
      for (let k = 0; k < 8; k++) work[k * stride + x] = eight[k]!;
    }
    for (let k = 0; k < 8; k++) {
      const row = k * stride;
      summed.fill(0);
      for (let x = 0; x < columns; x++) {
        for (let j = 0; j < 8; j++) eight[j] = work[row + x + j]!;
        forward(eight);
        for (let j = 0; j < 8; j++) if (!(Math.abs(eight[j]!) >= limit)) eight[j] = 0;
        inverse(eight);
        for (let j = 0; j < 8; j++) summed[x + j] = summed[x + j]! + eight[j]!;
      }
      work.set(summed, row);
    }
    for (let x = 0; x < columns + 7; x++) {
      for (let k = 0; k < 8; k++) eight[k] = work[k * stride + x]!;
      inverse(eight);
      for (let k = 0; k < 8; k++) into[(y + k) * stride + x] = into[(y + k) * stride + x]! + eight[k]!;
    }
  }
}
