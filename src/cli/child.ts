// Runs another program in the terminal's place and passes its end on.
import { spawn } from "node:child_process";

/** Runs a program with our terminal. Ctrl-C and SIGTERM reach it; we wait for its own end.
 *  @returns Its exit status; 130 where a signal ended it.
 *  @throws Error if it cannot be started. */
export function inTerminal(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    const ignore = () => {}; // the terminal sends SIGINT to the child as well
    const pass = () => void child.kill("SIGTERM");
    process.on("SIGINT", ignore);
    process.on("SIGTERM", pass);
    const done = () => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", pass);
    };
    child.once("error", (error) => {
      done();
      reject(new Error(`${command}: cannot be started, ${error.message}`));
    });
    child.once("exit", (code) => {
      done();
      resolve(code ?? 130);
    });
  });
}
