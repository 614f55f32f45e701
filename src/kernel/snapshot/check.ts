// node --snapshot-blob BLOB check.js: ends with 0 where a kernel can run from this snapshot: all its modules on both threads, a cell,
// and what cells use most.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { isMainThread, Worker } from "node:worker_threads";
import { snapshot } from "./snapshot.js";

if (isMainThread) {
  await import("../kernel.js");
  const { Compiler } = await import("../compiler/compiler.js");
  const geodl = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
  const compiler = new Compiler({ cwd: geodl, geodl });
  const good = compiler.compile(
    'import { createHash } from "node:crypto"; createHash("sha256").update("1")',
    "good",
  );
  const bad = compiler.compile("const text: string = 1;", "bad");
  createHash("sha256")
    .update(String(new Script("1 + 1").runInThisContext()))
    .digest();
  const isWhole =
    snapshot !== undefined && compiler.service.ambient === snapshot.ambient && good.ok && !bad.ok;
  const worker = new Worker(new URL(import.meta.url), { execArgv: [] });
  worker.on("exit", (code) => process.exit(isWhole && code === 0 ? 0 : 1));
} else for (const name of ["sockets", "wire", "interrupt", "history"]) await import(`../server/${name}.js`);
