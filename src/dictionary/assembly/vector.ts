// Sums and products of vectors whose length in bytes is a multiple of 16.

/** y += a x. */
@inline
export function axpy(y: usize, x: usize, a: v128, width: usize): void {
  const end = y + width;
  const wide = y + (width & ~63);
  for (; y < wide; y += 64, x += 64) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(a, v128.load(x))));
    v128.store(y, f32x4.add(v128.load(y, 16), f32x4.mul(a, v128.load(x, 16))), 16);
    v128.store(y, f32x4.add(v128.load(y, 32), f32x4.mul(a, v128.load(x, 32))), 32);
    v128.store(y, f32x4.add(v128.load(y, 48), f32x4.mul(a, v128.load(x, 48))), 48);
  }
  for (; y < end; y += 16, x += 16) v128.store(y, f32x4.add(v128.load(y), f32x4.mul(a, v128.load(x))));
}

/** Sum of x y, in four partial sums. */
@inline
export function dot(x: usize, y: usize, width: usize): f32 {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < width; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x + i), v128.load(y + i)));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}
