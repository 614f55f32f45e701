// Batch orthogonal matching pursuit of a block of patches (Rubinstein, Zibulevsky and Elad 2008).

/** Place of the largest |x|, the first of equals. */
@inline
function largest(best: v128, place: v128): i32 {
  let value = f32x4.extract_lane(best, 0);
  let index = i32x4.extract_lane(place, 0);
  const v1 = f32x4.extract_lane(best, 1);
  const i1 = i32x4.extract_lane(place, 1);
  if (v1 > value || (v1 == value && i1 < index)) {
    value = v1;
    index = i1;
  }
  const v2 = f32x4.extract_lane(best, 2);
  const i2 = i32x4.extract_lane(place, 2);
  if (v2 > value || (v2 == value && i2 < index)) {
    value = v2;
    index = i2;
  }
  const v3 = f32x4.extract_lane(best, 3);
  const i3 = i32x4.extract_lane(place, 3);
  if (v3 > value || (v3 == value && i3 < index)) index = i3;
  return index;
}

/** Codes of `count` patches.
 *  @param start [count, nAtoms] products of patches and atoms, nAtoms a multiple of 4 (padding 0).
 *  @param gram [nAtoms, nAtoms].
 *  @param norms [count] float64, squared norms of the patches.
 *  @param limit Stop where the squared error is at or below this.
 *  @param most Most atoms a patch.
 *  @param chosen [count, most] int32; @param values [count, most] float32; @param counts [count] int32.
 *  @param work float64: most * most (Cholesky factor) + 2 * most. */
export function omp(
  start: usize,
  gram: usize,
  norms: usize,
  limit: f64,
  most: i32,
  count: i32,
  nAtoms: i32,
  chosen: usize,
  values: usize,
  counts: usize,
  work: usize,
): void {
  const width = (nAtoms as usize) << 2;
  const factor = work;
  const solved = work + (((most * most) as usize) << 3);
  const gamma = solved + ((most as usize) << 3);
  const step = i32x4.splat(4);
  for (let p = 0; p < count; p++) {
    const row = start + (p as usize) * width;
    const picks = chosen + (((p * most) as usize) << 2);
    const out = values + (((p * most) as usize) << 2);
    const energy = load<f64>(norms + ((p as usize) << 3));
    const floor = energy * 1e-12;
    let taken = 0;
    let error = energy;
    while (taken < most && error > limit && error > floor) {
      let best = f32x4.splat(-1);
      let place = i32x4.splat(0);
      let at = i32x4(0, 1, 2, 3);
      for (let i: usize = 0; i < width; i += 16) {
        let x = v128.load(row + i);
        for (let j = 0; j < taken; j++) {
          const g = gram + (load<i32>(picks + ((j as usize) << 2)) as usize) * width + i;
          x = f32x4.sub(x, f32x4.mul(v128.load32_splat(out + ((j as usize) << 2)), v128.load(g)));
        }
        x = f32x4.abs(x);
        const more = f32x4.gt(x, best);
        best = v128.bitselect(x, best, more);
        place = v128.bitselect(at, place, more);
        at = i32x4.add(at, step);
      }
      const atom = largest(best, place);
      const gramRow = gram + (atom as usize) * width;
      // new row w of the factor: L w = G[chosen, atom], pivot sqrt(G[atom, atom] - w w)
      const line = factor + (((taken * most) as usize) << 3);
      let pivot = load<f32>(gramRow + ((atom as usize) << 2)) as f64;
      const whole = pivot;
      for (let i = 0; i < taken; i++) {
        const before = factor + (((i * most) as usize) << 3);
        let sum = load<f32>(gramRow + ((load<i32>(picks + ((i as usize) << 2)) as usize) << 2)) as f64;
        for (let j = 0; j < i; j++)
          sum -= load<f64>(before + ((j as usize) << 3)) * load<f64>(line + ((j as usize) << 3));
        sum /= load<f64>(before + ((i as usize) << 3));
        store<f64>(line + ((i as usize) << 3), sum);
        pivot -= sum * sum;
      }
      // the atom lies in the span of those taken (or was taken): nothing more to gain
      if (!(pivot > 1e-6 * whole)) break;
      pivot = Math.sqrt(pivot);
      store<f64>(line + ((taken as usize) << 3), pivot);
      store<i32>(picks + ((taken as usize) << 2), atom);
      let sum = load<f32>(row + ((atom as usize) << 2)) as f64;
      for (let j = 0; j < taken; j++)
        sum -= load<f64>(line + ((j as usize) << 3)) * load<f64>(solved + ((j as usize) << 3));
      sum /= pivot;
      store<f64>(solved + ((taken as usize) << 3), sum);
      error -= sum * sum;
      taken++;
      for (let i = taken - 1; i >= 0; i--) {
        let value = load<f64>(solved + ((i as usize) << 3));
        for (let j = i + 1; j < taken; j++)
          value -= load<f64>(factor + (((j * most + i) as usize) << 3)) * load<f64>(gamma + ((j as usize) << 3));
        value /= load<f64>(factor + (((i * most + i) as usize) << 3));
        store<f64>(gamma + ((i as usize) << 3), value);
        store<f32>(out + ((i as usize) << 2), value as f32);
      }
    }
    store<i32>(counts + ((p as usize) << 2), taken);
    for (let j = taken; j < most; j++) {
      store<i32>(picks + ((j as usize) << 2), -1);
      store<f32>(out + ((j as usize) << 2), 0);
    }
  }
}
