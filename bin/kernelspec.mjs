// The kernelspec: what Jupyter reads to start the kernel. Set-up and `geodl kernel install` write it.
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A seismogram in a rounded square. */
export const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
  <rect x="2" y="2" width="60" height="60" rx="13" fill="#12425e"/>
  <path d="M8 32h6l1.5-2 2 4 1.5-2h4l1.8-9 3.2 20 3-26 3.4 33 3-27 2.8 15 2.3-9 2 6 1.8-5 1.7 4 1.5-2H57"
    fill="none" stroke="#f2b441" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round"/>
  <path d="M22.6 14v36" stroke="#e8f1f5" stroke-width="1.4" stroke-dasharray="2.5 2.5"/>
</svg>
`;

/** What kernel.json says.
 *  @param {{ root: string, node?: string }} options The project's folder; the Node to run, default this one.
 *  @returns The kernelspec as a plain object. */
export function kernelspec({ root, node = process.execPath }) {
  const call = [join(root, "dist", "kernel", "main.js"), "{connection_file}"];
  return {
    argv:
      process.platform === "linux"
        ? ["/bin/sh", join(root, "bin", "kernel.sh"), node, ...call]
        : [node, "--no-force-async-hooks-checks", ...call],
    display_name: "TypeScript (geodl)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/** Writes the kernelspec, whole or not at all.
 *  @param {{ dir: string, root: string, node?: string, scratch?: string }} options dir: the folder .../kernels/geodl, which
 *    is replaced; root: the project's folder; node: the Node to run, default this one; scratch: a folder on the same file
 *    system in which it is made, default beside `dir`.
 *  @returns {string} The path of kernel.json. */
export function writeKernelspec({ dir, root, node, scratch = dirname(dir) }) {
  mkdirSync(dirname(dir), { recursive: true });
  const made = mkdtempSync(join(scratch, ".geodl-"));
  try {
    writeFileSync(join(made, "kernel.json"), `${JSON.stringify(kernelspec({ root, node }), null, 2)}\n`, {
      mode: 0o644,
    });
    writeFileSync(join(made, "logo-svg.svg"), logo, { mode: 0o644 });
    rmSync(dir, { recursive: true, force: true });
    chmodSync(made, 0o755);
    renameSync(made, dir);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return join(dir, "kernel.json");
}
