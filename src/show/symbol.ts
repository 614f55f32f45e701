// The name under which Jupyter kernels look for an object's own way to be shown (Deno's convention).

/** Symbol.for("Jupyter.display"): a method of this name returns a MIME bundle, or a promise of one. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display") as never;
