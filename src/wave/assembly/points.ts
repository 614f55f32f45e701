// Sources and receivers: each is a list of cells with weights, `starts` says where each list begins (one more entry than lists).

/** values[i] = sum of weight * field[cell] over list i. @param cells Indices in `field`. */
export function record(field: usize, starts: usize, cells: usize, weights: usize, count: i32, values: usize): void {
  for (let i = 0; i < count; i++) {
    const end = load<i32>(starts + ((i as usize) << 2), 4) as usize;
    let sum: f32 = 0;
    for (let k = load<i32>(starts + ((i as usize) << 2)) as usize; k < end; k++)
      sum += load<f32>(weights + (k << 2)) * load<f32>(field + ((load<i32>(cells + (k << 2)) as usize) << 2));
    store<f32>(values + ((i as usize) << 2), sum);
  }
}

/** field[cell] += scale[cell] * weight * values[i] over list i. @param scale A field, e.g. v^2 dt^2 / h^2. @param step Bytes between values. */
export function inject(
  field: usize,
  scale: usize,
  starts: usize,
  cells: usize,
  weights: usize,
  count: i32,
  values: usize,
  step: usize,
): void {
  for (let i = 0; i < count; i++) {
    const value = load<f32>(values + (i as usize) * step);
    if (value == 0) continue;
    const end = load<i32>(starts + ((i as usize) << 2), 4) as usize;
    for (let k = load<i32>(starts + ((i as usize) << 2)) as usize; k < end; k++) {
      const cell = (load<i32>(cells + (k << 2)) as usize) << 2;
      store<f32>(field + cell, load<f32>(field + cell) + load<f32>(scale + cell) * (load<f32>(weights + (k << 2)) * value));
    }
  }
}
