// Short names for the operations on four numbers.

@inline
export function at(p: usize): v128 {
  return v128.load(p);
}

@inline
export function put(p: usize, x: v128): void {
  v128.store(p, x);
}

@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

@inline
export function all(x: f32): v128 {
  return f32x4.splat(x);
}
