// geodl denoise and geodl interpolate on files: headers byte for byte, whole or nothing, memory bounded, clear refusals.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownWeights } from "geodl/apply";
import { type Grid, rng } from "geodl/core";
import { readNpy, readSegy, type Segy, writeNpy, writeSegy } from "geodl/formats";
import { afterAll, describe, expect, it } from "vitest";
import { transposed } from "../../dist/apply/files.js";

const bin = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl files ü-"));
afterAll(() => rmSync(folder, { recursive: true }));

function geodl(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const path = (name: string): string => join(folder, name);
const open = (name: string): Segy => readSegy(new Uint8Array(readFileSync(path(name))));
const [nt, nx] = [150, 60];

/** Flat events with noise of standard deviation 100; trace 7 dead, trace 30 with NaN. [nt, nx] */
function section(faults = true): Grid {
  const noise = rng(3).fill(new Float32Array(nt * nx), "normal");
  const data = Float32Array.from(noise, (n, i) => 2000 * Math.sin(Math.floor(i / nx) / 6) + 100 * n);
  if (faults) for (let t = 0; t < nt; t++) data[t * nx + 7] = 0;
  if (faults) data[5 * nx + 30] = Number.NaN;
  return { data, shape: [nt, nx] };
}

/** A SEG-Y file with headers that say something; trace 7 is dead and has no header but its length. */
function writeLine(name: string, format: 1 | 5, from: Grid): void {
  const values = (f: (x: number) => number) =>
    Int32Array.from({ length: nx }, (_, x) => (x === 7 ? 0 : f(x)));
  const bytes = writeSegy(transposed(from), {
    dt: 0.004,
    format,
    text: ["C 1 A LINE\nC 2 WITH TEXT"],
    headers: {
      CDP: values((x) => 1001 + x),
      SourceX: values((x) => 500_000 + 25 * x),
      CDP_Y: values((x) => -3 * x - 4),
      SourceGroupScalar: values(() => -100),
      FieldRecord: values((x) => 12 + Math.floor(x / 30)),
      TraceIdentificationCode: values(() => 1),
    },
  });
  writeFileSync(path(name), bytes);
}

describe("geodl denoise", () => {
  it("keeps a SEG-Y file's headers byte for byte and its amplitudes' units", () => {
    for (const format of [1, 5] as const) {
      writeLine("in.sgy", format, section(false));
      const { status, stdout } = geodl("denoise", "in.sgy", "--out", "out.sgy", "--model", "dct");
      expect(status).toBe(0);
      expect(stdout).toMatch(/out\.sgy: \[150, 60\] by dct, sigma (9\d|10\d)\S* \(estimated\)/);
      const [before, after] = [open("in.sgy"), open("out.sgy")];
      expect(Buffer.from(after.head()).equals(before.head())).toBe(true);
      expect(after.format).toBe(format);
      const [a, b] = [before.traceBytes(0, nx), after.traceBytes(0, nx)];
      expect(a.length).toBe(b.length);
      const stride = a.length / nx;
      for (let x = 0; x < nx; x++)
        expect(
          Buffer.from(b.subarray(x * stride, x * stride + 240)).equals(
            a.subarray(x * stride, x * stride + 240),
          ),
        ).toBe(true);
      const truth = Array.from({ length: nt }, (_, t) => 2000 * Math.sin(t / 6));
      const off = (file: Segy) => {
        const { data } = file.traces({ from: 20, to: 21 });
        return Math.sqrt(truth.reduce((sum, v, t) => sum + (v - data[t]!) ** 2, 0) / nt);
      };
      expect(off(before)).toBeGreaterThan(80);
      expect(off(after)).toBeLessThan(40);
    }
  });

  it("tells faulty traces and leaves them as they are", () => {
    writeFileSync(path("in.npy"), writeNpy(section()));
    const { status, stdout } = geodl(
      "denoise",
      "in.npy",
      "--out",
      "out.npy",
      "--model",
      "dct",
      "--sigma",
      "100",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/sigma 100 \(given\)/);
    expect(stdout).toMatch(/left as they are.* 2 traces \(7, 30\); geodl interpolate fills them/);
    const { data, shape } = readNpy(new Uint8Array(readFileSync(path("out.npy"))), { as: "float32" });
    expect(shape).toEqual([nt, nx]);
    for (let t = 0; t < nt; t++)
      for (const x of [7, 30]) expect(data[t * nx + x]).toBe(section().data[t * nx + x]);
  });

  it.each([
    [["in.npy"], 2, /--out must name the new file, got nothing/],
    [["--out", "o.npy"], 2, /one section, got 0/],
    [["in.mat", "--out", "o.npy"], 2, /a file must be named \.npy, \.sgy or \.segy, got in\.mat/],
    [["in.npy", "--out", "o.npy", "--sigma=-1"], 2, /--sigma must be > 0, got -1/],
    [["none.npy", "--out", "o.npy", "--model", "dct"], 1, /the file must be there, got none at/],
    [["in.npy", "--out", "o.sgy", "--model", "dct"], 1, /SEG-Y needs the headers of a SEG-Y input/],
    [
      ["in.npy", "--out", "o.npy", "--model", "no.pth"],
      1,
      /must be own, dct or a file of weights, got no\.pth/,
    ],
    [["cut.sgy", "--out", "o.sgy", "--model", "dct"], 1, /readSegy/],
    [["in.npy", "--out", "in.npy"], 2, /another file than in\.npy, which would be lost, got in\.npy/],
    [["in.npy", "--out", "link.npy"], 2, /which would be lost, got link\.npy/],
    [
      ["in.npy", "--out", "none/o.npy", "--model", "dct"],
      2,
      /--out must name a file in a folder that is there, got none\/o\.npy/,
    ],
  ])("%j ends with status %i, one line, and no file", (args, want, message) => {
    writeFileSync(path("in.npy"), writeNpy(section()));
    writeFileSync(path("cut.sgy"), readFileSync(path("in.sgy")).subarray(0, 5000));
    if (!existsSync(path("link.npy"))) symlinkSync(path("in.npy"), path("link.npy"));
    const before = readdirSync(folder);
    const { status, stderr } = geodl("denoise", ...args);
    expect(status).toBe(want);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("geodl interpolate", () => {
  it("fills dead traces of a SEG-Y file, their headers from their neighbours, flagged; others bit for bit", () => {
    writeLine("in.sgy", 5, section());
    const { status, stdout } = geodl("interpolate", "in.sgy", "--out", "out.sgy", "--method", "slopes");
    expect(status).toBe(0);
    expect(stdout).toMatch(/filled 2 traces \(7, 30\)/);
    const [before, after] = [open("in.sgy"), open("out.sgy")];
    expect(Buffer.from(after.head()).equals(before.head())).toBe(true);
    const stride = before.traceBytes(0, 1).length;
    for (let x = 0; x < nx; x++) {
      if (x === 7 || x === 30) continue;
      expect(Buffer.from(after.traceBytes(x, x + 1)).equals(before.traceBytes(x, x + 1))).toBe(true);
    }
    expect(after.traceBytes(0, nx)).toHaveLength(nx * stride);
    expect(after.header(7)).toMatchObject({
      CDP: 1008,
      SourceX: 500_175,
      CDP_Y: -25,
      SourceGroupScalar: -100,
      FieldRecord: 12,
      TraceIdentificationCode: 256,
      TRACE_SAMPLE_COUNT: nt,
    });
    const { data } = after.traces({ from: 7, to: 8 });
    expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(1000);
  });

  it("takes the traces that it is given as the ones that are there", () => {
    writeFileSync(path("in.npy"), writeNpy(section(false)));
    const kept = Int32Array.from({ length: nx / 2 }, (_, i) => 2 * i);
    writeFileSync(path("kept.npy"), writeNpy({ data: kept, shape: [nx / 2] }));
    const { status, stdout } = geodl(
      "interpolate",
      "in.npy",
      "--kept",
      "kept.npy",
      "--out",
      "o.npy",
      "--method",
      "linear",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/by linear/);
    const { data } = readNpy(new Uint8Array(readFileSync(path("o.npy"))), { as: "float32" });
    const s = section(false).data;
    expect(data[10 * nx + 4]).toBe(s[10 * nx + 4]);
    expect(data[10 * nx + 5]).toBeCloseTo((s[10 * nx + 4]! + s[10 * nx + 6]!) / 2, 2);
    writeFileSync(path("kept.npy"), writeNpy({ data: Int32Array.of(0, nx), shape: [2] }));
    const wrong = geodl(
      "interpolate",
      "in.npy",
      "--kept",
      "kept.npy",
      "--out",
      "o2.npy",
      "--method",
      "linear",
    );
    expect(wrong).toMatchObject({ status: 1 });
    expect(wrong.stderr).toMatch(/--kept must hold whole numbers in 0 \.\. 59, got 60/);
    expect(geodl("interpolate", "in.npy", "--out", "o.npy", "--method", "magic").status).toBe(2);
    rmSync(path("o.npy"));
  });
});

describe("a line of many traces", () => {
  const nTraces = process.env.GEODL_LONG ? 20_000 : 2000;

  function writeLong(): void {
    const [n, samples] = [100, 1500];
    const traces = rng(1).fill(new Float32Array(n * samples), "normal");
    const bytes = writeSegy({ data: traces, shape: [n, samples] }, { dt: 0.002, format: 1 });
    const file = openSync(path("long.sgy"), "w");
    try {
      appendFileSync(file, bytes.subarray(0, 3600));
      for (let i = 0; i < nTraces; i += n) appendFileSync(file, bytes.subarray(3600));
    } finally {
      closeSync(file);
    }
  }

  it(`is denoised in bounded memory, ${nTraces} x 1500`, { timeout: 240_000 }, () => {
    writeLong();
    const { status, stdout } = geodl("denoise", "long.sgy", "--out", "clean.sgy", "--model", "dct");
    expect(status).toBe(0);
    expect(Number(/peak (\d+) MB/.exec(stdout)![1])).toBeLessThan(300);
    expect(statSync(path("clean.sgy")).size).toBe(statSync(path("long.sgy")).size);
    rmSync(path("clean.sgy"));
  });

  it("by the own network in less than 600 MB", { timeout: 600_000 }, (ctx) => {
    if (!existsSync(ownWeights("denoiser"))) return ctx.skip("needs data/weights/denoiser.safetensors");
    if (!process.env.GEODL_LONG) return ctx.skip("needs GEODL_LONG: a minute and more");
    writeLong();
    const { status, stdout } = geodl("denoise", "long.sgy", "--out", "clean.sgy");
    expect(status).toBe(0);
    expect(Number(/peak (\d+) MB/.exec(stdout)![1])).toBeLessThan(600);
    rmSync(path("clean.sgy"));
  });

  it.each([1, 2])("leaves nothing behind at %i Ctrl-C", { timeout: 60_000 }, async (times) => {
    rmSync(path("k.npy"), { force: true });
    writeLong();
    const before = readdirSync(folder);
    writeFileSync(
      path("k.npy"),
      writeNpy({ data: Int32Array.from({ length: nTraces / 2 }, (_, i) => 2 * i), shape: [nTraces / 2] }),
    );
    let errors = "";
    const child = spawn(
      process.execPath,
      [bin, "interpolate", "long.sgy", "--out", "half.sgy", "--kept", "k.npy", "--method", "pocs"],
      {
        cwd: folder,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
    const closed = new Promise((resolve) => child.on("close", resolve));
    const partial = () => readdirSync(folder).some((name) => name.startsWith("half.sgy.part"));
    await expect.poll(partial, { timeout: 20_000 }).toBe(true);
    for (let k = 0; k < times; k++) {
      child.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const status = await closed;
    expect(status).toBe(130);
    if (times === 1) expect(errors).toMatch(/interrupted, nothing was written\n$/);
    expect(readdirSync(folder).filter((name) => name !== "k.npy")).toEqual(before);
  });
});
