// From the kernel's start to the end of its first checked cell, asked over ZeroMQ as Jupyter asks.
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Dealer } from "zeromq";
import type { Case } from "./harness.js";

/** A port that nobody listens on. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const key = "a bench's key";
const sign = (parts: readonly string[]): string => {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** A request's frames. */
function frames(type: string, content: object): string[] {
  const header = { msg_id: randomUUID(), session: "bench", username: "", version: "5.3", msg_type: type };
  const parts = [{ ...header, date: "2000-01-01T00:00:00Z" }, {}, {}, content].map((part) =>
    JSON.stringify(part),
  );
  return ["<IDS|MSG>", sign(parts), ...parts];
}

async function firstCell(argv: readonly string[], folder: string): Promise<void> {
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  const [shell, iopub, stdin, control, hb] = ports;
  const file = join(folder, `${shell}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      transport: "tcp",
      ip: "127.0.0.1",
      signature_scheme: "hmac-sha256",
      key,
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: hb,
    }),
  );
  const [program, ...args] = argv.map((word) => word.replace("{connection_file}", file));
  const kernel = spawn(program!, args, { stdio: "ignore" });
  const socket = new Dealer({ linger: 0 });
  try {
    socket.connect(`tcp://127.0.0.1:${shell}`);
    const ask = async (type: string, content: object): Promise<{ status?: string }> => {
      await socket.send(frames(type, content));
      return JSON.parse((await socket.receive()).at(-1)!.toString()) as { status?: string };
    };
    await ask("kernel_info_request", {});
    const code = "const x: number = 40 + 2;\nx";
    const { status } = await ask("execute_request", {
      code,
      silent: false,
      store_history: true,
      allow_stdin: false,
    });
    if (status !== "ok") throw new Error(`startup-kernel: the first cell must end well, got ${status}`);
    await ask("shutdown_request", { restart: false });
  } finally {
    socket.close();
    kernel.kill("SIGKILL");
  }
}

export const bench: Case = {
  name: "startup-kernel",
  peer: "",
  workload: "the kernel from its start to the end of a checked first cell",
  unit: "s",
  usesTensors: false,
  isElsewhere: true,
  async prepare() {
    // this file is run from .cache/bench, the kernelspec belongs to the project that it is run in
    const root = process.cwd();
    const { kernelspec } = (await import(pathToFileURL(join(root, "bin", "kernelspec.mjs")).href)) as {
      kernelspec(options: { root: string }): { readonly argv: readonly string[] };
    };
    const { argv } = kernelspec({ root });
    const folder = mkdtempSync(join(tmpdir(), "geodl-bench-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    return { run: () => firstCell(argv, folder) };
  },
};
