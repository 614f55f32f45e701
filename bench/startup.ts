// How long a program takes from its start to its end.
import { spawnSync } from "node:child_process";
import type { Case } from "./harness.js";

/** @param peer The peers' case, "" for none. @param args Of node. */
export function startupCase(name: string, peer: string, workload: string, args: readonly string[]): Case {
  return {
    name,
    peer,
    workload,
    unit: "s",
    usesTensors: false,
    isElsewhere: true,
    async prepare() {
      const run = () => {
        const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        if (status !== 0) throw new Error(`${args.join(" ")} must end well, got ${status}: ${stderr}`);
      };
      return { run };
    },
  };
}
