// Work for the pool's tests: squares into shared memory; a task with a negative number fails.
export function start({ out, taken }) {
  return ([i, times]) => {
    if (i < 0) throw new RangeError(`work: i must be >= 0, got ${i}`);
    let x = i;
    for (let k = 0; k < times; k++) x = Math.sin(x) + i;
    out[i] = x;
    Atomics.add(taken, i, 1);
  };
}
