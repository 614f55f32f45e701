// Thresholds of a block of codes, and the products that skip the zeros they leave.
import { axpy, dot } from "./vector";

/** Hard threshold in place: 0 where |x| < t. @param length A multiple of 4. */
export function hard(x: usize, length: i32, t: f32): void {
  const limit = f32x4.splat(t);
  const end = x + ((length as usize) << 2);
  for (let p = x; p < end; p += 16) {
    const v = v128.load(p);
    v128.store(p, v128.and(v, f32x4.ge(f32x4.abs(v), limit)));
  }
}

/** Soft threshold in place: sign(x) max(|x| - t, 0). @param length A multiple of 4. */
export function soft(x: usize, length: i32, t: f32): void {
  const limit = f32x4.splat(t);
  const zero = f32x4.splat(0);
  const sign = i32x4.splat(<i32>0x80000000);
  const end = x + ((length as usize) << 2);
  for (let p = x; p < end; p += 16) {
    const v = v128.load(p);
    v128.store(p, v128.or(f32x4.max(f32x4.sub(f32x4.abs(v), limit), zero), v128.and(v, sign)));
  }
}

/** Moves the rows of P [count, size] whose squared norm is at least `limit` to the front, in order.
 *  @returns How many they are. */
export function strong(patches: usize, count: i32, size: i32, limit: f32): i32 {
  const width = (size as usize) << 2;
  let to = patches;
  for (let p = 0; p < count; p++) {
    const from = patches + (p as usize) * width;
    const norm = dot(from, from, width);
    if (norm < limit) continue;
    if (to != from) memory.copy(to, from, width);
    to += width;
  }
  return ((to - patches) / width) as i32;
}

/** Sum over patches of code times patch: M [nAtoms, size] += C^T P, C [count, nAtoms] mostly zero.
 *  @param size, nAtoms Multiples of 4. */
export function correlate(codes: usize, patches: usize, into: usize, count: i32, nAtoms: i32, size: i32): void {
  const width = (size as usize) << 2;
  for (let p = 0; p < count; p++) {
    const c = codes + (((p * nAtoms) as usize) << 2);
    for (let a = 0; a < nAtoms; a += 4) {
      const four = c + ((a as usize) << 2);
      if (!v128.any_true(v128.load(four))) continue;
      for (let b = 0; b < 4; b++) {
        const g = load<f32>(four + ((b as usize) << 2));
        if (g == 0) continue;
        axpy(into + ((a + b) as usize) * width, patches + (p as usize) * width, f32x4.splat(g), width);
      }
    }
  }
}

/** Patches of codes that are mostly zero: P [count, size] = C W, W [nAtoms, size]. */
export function synthesise(codes: usize, atoms: usize, patches: usize, count: i32, nAtoms: i32, size: i32): void {
  const width = (size as usize) << 2;
  memory.fill(patches, 0, (count as usize) * width);
  for (let p = 0; p < count; p++) {
    const c = codes + (((p * nAtoms) as usize) << 2);
    for (let a = 0; a < nAtoms; a += 4) {
      const four = c + ((a as usize) << 2);
      if (!v128.any_true(v128.load(four))) continue;
      for (let b = 0; b < 4; b++) {
        const g = load<f32>(four + ((b as usize) << 2));
        if (g == 0) continue;
        axpy(patches + (p as usize) * width, atoms + ((a + b) as usize) * width, f32x4.splat(g), width);
      }
    }
  }
}
