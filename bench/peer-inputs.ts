// Files that a case and its peer both read: test/peers/bench.py makes them once, in its cache.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Path of a generated file of the peers.
 *  @param name File name. @param maker The peer's case that makes it.
 *  @throws Error with the cure where it is not there and the peers' environment neither. */
export function peerInput(name: string, maker: string): string {
  const path = join(homedir(), ".cache", "geodl-peers", name);
  if (existsSync(path)) return path;
  const python = join(".venv-peers", "bin", "python");
  if (!existsSync(python))
    throw new Error(`bench: ${name} must be made by the peers first; run: bash test/peers/setup.sh`);
  execFileSync(python, ["test/peers/bench.py", maker, "--repeats=1"], { stdio: "ignore" });
  return path;
}
