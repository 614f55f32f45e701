// The two halves of an approximate K-SVD update of one atom: E g and E^T d, E = the patches less all other atoms' parts.
import { axpy, dot } from "./vector";

/** Direction E g of atom `atom`, not normalised, and the weights of the other atoms in it.
 *  @param patches [*, size] float32, size a multiple of 4; @param dictionary [nAtoms, size].
 *  @param chosen, values, counts Codes, [*, most]; @param users [count] int32, patches that use the atom.
 *  @param slots [count] int32, where in their codes it stands.
 *  @param direction [size] float32, result; @param weights [nAtoms] float32, work. */
export function atomDirection(
  patches: usize,
  size: i32,
  dictionary: usize,
  nAtoms: i32,
  chosen: usize,
  values: usize,
  counts: usize,
  most: i32,
  users: usize,
  slots: usize,
  count: i32,
  atom: i32,
  direction: usize,
  weights: usize,
): void {
  const width = (size as usize) << 2;
  memory.fill(direction, 0, width);
  memory.fill(weights, 0, (nAtoms as usize) << 2);
  for (let u = 0; u < count; u++) {
    const p = load<i32>(users + ((u as usize) << 2));
    const code = ((p * most) as usize) << 2;
    const g = load<f32>(values + code + ((load<i32>(slots + ((u as usize) << 2)) as usize) << 2));
    const taken = load<i32>(counts + ((p as usize) << 2));
    for (let j = 0; j < taken; j++) {
      const w = weights + ((load<i32>(chosen + code + ((j as usize) << 2)) as usize) << 2);
      store<f32>(w, load<f32>(w) + g * load<f32>(values + code + ((j as usize) << 2)));
    }
    axpy(direction, patches + (p as usize) * width, f32x4.splat(g), width);
  }
  for (let a = 0; a < nAtoms; a++) {
    const w = load<f32>(weights + ((a as usize) << 2));
    if (a != atom && w != 0) axpy(direction, dictionary + (a as usize) * width, f32x4.splat(-w), width);
  }
}

/** Coefficients E^T d of the users of atom `atom`, d = its row of the dictionary, written into their codes.
 *  @param products [nAtoms] float32, work. */
export function atomCodes(
  patches: usize,
  size: i32,
  dictionary: usize,
  nAtoms: i32,
  chosen: usize,
  values: usize,
  counts: usize,
  most: i32,
  users: usize,
  slots: usize,
  count: i32,
  atom: i32,
  products: usize,
): void {
  const width = (size as usize) << 2;
  const d = dictionary + (atom as usize) * width;
  for (let a = 0; a < nAtoms; a++)
    store<f32>(products + ((a as usize) << 2), dot(dictionary + (a as usize) * width, d, width));
  store<f32>(products + ((atom as usize) << 2), 0);
  for (let u = 0; u < count; u++) {
    const p = load<i32>(users + ((u as usize) << 2));
    const code = ((p * most) as usize) << 2;
    const taken = load<i32>(counts + ((p as usize) << 2));
    let value = dot(patches + (p as usize) * width, d, width);
    for (let j = 0; j < taken; j++)
      value -=
        load<f32>(values + code + ((j as usize) << 2)) *
        load<f32>(products + ((load<i32>(chosen + code + ((j as usize) << 2)) as usize) << 2));
    store<f32>(values + code + ((load<i32>(slots + ((u as usize) << 2)) as usize) << 2), value);
  }
}
