// display, input, comms and abortSignal in a plain script: text instead of pictures, readline instead of a box.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const room = new URL("../../dist/notebook/index.js", import.meta.url).href;
const cwd = fileURLToPath(new URL(".", import.meta.url));

interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs a script that sees the room as `n`; `typed` goes to its standard input, `signal` after its first output. */
function script(body: string, typed = "", signal?: NodeJS.Signals): Promise<Run> {
  const code = `const n = await import(${JSON.stringify(room)});\n${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd });
  let out = "";
  let err = "";
  child.stdout.on("data", (d: Buffer) => {
    if (signal && out === "") child.kill(signal);
    out += d.toString();
  });
  child.stderr.on("data", (d: Buffer) => {
    err += d.toString();
  });
  child.stdin.end(typed);
  return new Promise((f) => child.on("close", (status) => f({ out, err, code: status })));
}

describe("a plain script", () => {
  it("prints text/plain of a bundle, of an object's own bundle, or the value itself", async () => {
    const { out } = await script(`
      n.display({ "text/html": "<b>x</b>", "text/plain": "plain" });
      n.display({ a: 1 });
      n.display("text");
      n.display({ [Symbol.for("Jupyter.display")]: async () => ({ "text/plain": "own" }) });
      n.display({}, { id: true }).update("new");
      n.clearOutput();`);
    expect(out.split("\n").sort()).toEqual(["", "plain", "{ a: 1 }", "text", "own", "{}", "new"].sort());
  });

  it("reads a line", async () => {
    const { out } = await script('console.log("got", await n.input("name? "));', "Ada\nmore\n");
    expect(out).toBe("name? got Ada\n");
  });

  it("does not show a password", async () => {
    const { out } = await script(
      'const p = await n.input("pw? ", { password: true }); console.log(p.length);',
      "secret\n",
    );
    expect(out).toBe("pw? \n6\n");
  });

  it("says that nobody answers", async () => {
    const { err, code } = await script('await n.input("name? ");');
    expect(err).toContain("input: someone must answer, got the end of standard input");
    expect(code).toBe(1);
  });

  it("has no comms", async () => {
    const { out } = await script('try { n.comms.open("x"); } catch (e) { console.log(e.message); }');
    expect(out).toContain("comms.open: comms need a front end, got a plain script");
  });

  it("is stopped by Ctrl-C through the signal", async () => {
    const { out } = await script(
      `const s = n.abortSignal(); console.log(s.aborted);
       await new Promise((f) => { const t = setInterval(() => 0, 50); s.addEventListener("abort", () => { clearInterval(t); f(); }); });
       console.log(s.aborted, s === n.abortSignal());`,
      "",
      "SIGINT",
    );
    expect(out).toBe("false\ntrue true\n");
  });
});
