// Discrete Fourier transform along the first axis of an array, for any length; float64, real and imaginary parts apart.

/** Prime factors of n, smallest first. */
function factors(n: number): number[] {
  const list: number[] = [];
  for (let f = 2; f * f <= n; f++)
    while (n % f === 0) {
      list.push(f);
      n /= f;
    }
  if (n > 1) list.push(n);
  return list;
}

/** cos and sin of 2 pi k / n, k = 0 .. n - 1, by n. */
const tables = new Map<number, Complex>();

function table(n: number): Complex {
  let found = tables.get(n);
  if (!found) {
    const at = (k: number): number => (2 * Math.PI * k) / n;
    found = [
      Float64Array.from({ length: n }, (_, k) => Math.cos(at(k))),
      Float64Array.from({ length: n }, (_, k) => Math.sin(at(k))),
    ];
    if (tables.size > 64) tables.clear();
    tables.set(n, found);
  }
  return found;
}

type Complex = readonly [Float64Array, Float64Array];

/** One stage of radix r: `n` is what is left to transform, `s` what lies between neighbours. */
function stage(from: Complex, to: Complex, r: number, n: number, s: number, sign: number): void {
  const [re, im] = from;
  const [toRe, toIm] = to;
  const [cosine, sine] = table(n);
  const m = n / r;
  for (let p = 0; p < m; p++)
    for (let j = 0; j < r; j++) {
      const out = s * (r * p + j);
      for (let k = 0; k < r; k++) {
        const turn = (j * (p + m * k)) % n;
        const c = cosine[turn]!;
        const d = sign * sine[turn]!;
        const at = s * (p + m * k);
        if (k === 0)
          for (let q = 0; q < s; q++) {
            const a = re[at + q]!;
            const b = im[at + q]!;
            toRe[out + q] = c * a - d * b;
            toIm[out + q] = c * b + d * a;
          }
        else
          for (let q = 0; q < s; q++) {
            const a = re[at + q]!;
            const b = im[at + q]!;
            toRe[out + q] = toRe[out + q]! + c * a - d * b;
            toIm[out + q] = toIm[out + q]! + c * b + d * a;
          }
      }
    }
}

/** Transform of an array [n, width] along its first axis, all columns at once: sum_k x_k exp(sign 2 pi i j k / n), not scaled.
 *  @param x Real and imaginary parts; they serve as work space. @param sign -1 forward, 1 back. */
export function transform(x: Complex, n: number, width: number, sign: -1 | 1): Complex {
  let from = x;
  let to: Complex = [new Float64Array(n * width), new Float64Array(n * width)];
  let left = n;
  let stride = width;
  for (const r of factors(n)) {
    stage(from, to, r, left, stride, sign);
    [from, to] = [to, from];
    left /= r;
    stride *= r;
  }
  return from;
}

function transpose(x: Float64Array, rows: number, columns: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j]!;
  return y;
}

/** 2-D transform of a real section [nt, nx]; it lies transposed, [nx, nt]. */
export function fft2(section: ArrayLike<number>, nt: number, nx: number): Complex {
  const [re, im] = transform([Float64Array.from(section), new Float64Array(nt * nx)], nt, nx, -1);
  return transform([transpose(re, nt, nx), transpose(im, nt, nx)], nx, nt, -1);
}

/** The real part of what `fft2` came from. */
export function ifft2(x: Complex, nt: number, nx: number): Float32Array {
  const [re, im] = transform(x, nx, nt, 1);
  const back = transform([transpose(re, nx, nt), transpose(im, nx, nt)], nt, nx, 1)[0];
  return Float32Array.from(back, (value) => value / (nt * nx));
}
