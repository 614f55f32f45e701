// geodl pick: STEAD files as SeisBench picks them, miniSEED and SAC with damage, QuakeML, exit statuses.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "geodl/core";
import { stead } from "geodl/data";
import { writeMiniSeed, writeSac } from "geodl/formats";
import { type PickWindow, pickScores } from "geodl/metrics";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const shared = process.env.GEODL_DATA ?? "";
const records = join(shared, "stead", "ncedc-110.hdf5");
const folder = mkdtempSync(join(tmpdir(), "geodl pick "));
afterAll(() => rmSync(folder, { recursive: true }));

function pick(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const done = spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), "pick", ...args], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: "1" },
  });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

interface Row {
  readonly file: string;
  readonly phase: string;
  readonly sample: number;
  readonly prob: number;
  readonly time: string;
  readonly station: string;
  readonly model: string;
}

function rows(name: string): Row[] {
  const [header, ...lines] = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
  expect(header).toBe("file,phase,sample,prob,time,station,model");
  return lines.map((line) => {
    const [file, phase, sample, prob, time, station, model] = line.split(",") as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return { file, phase, sample: Number(sample), prob: Number(prob), time, station, model };
  });
}

const zero = Date.UTC(2021, 4, 6, 7, 8, 9) / 1000;
const onsets = [3000, 7000, 11_500]; // samples

/** Two minutes of noise with three bursts, P on Z and S on the horizontals 3 s later. */
function channel(letter: string, n = 15_000): Int32Array {
  const random = rng(letter.charCodeAt(0));
  const data = Float64Array.from({ length: n }, () => 10 * random.normal());
  for (const p of onsets) {
    const at = letter === "Z" ? p : p + 300;
    for (let i = 0; i < 800 && at + i < n; i++)
      data[at + i]! += 600 * Math.exp(-i / 150) * Math.sin(0.5 * i + letter.charCodeAt(0));
  }
  return Int32Array.from(data, Math.round);
}

const segment = (letter: string, station = "ABC", first = 0, end = 15_000) => ({
  id: `XX.${station}..HH${letter}`,
  start: zero + first / 100,
  sampleRate: 100,
  data: channel(letter).slice(first, end),
  encoding: "steim2" as const,
});
const stream = (station?: string) => writeMiniSeed([..."ZNE"].map((c) => segment(c, station)));

describe("on STEAD's layout", () => {
  it("volpick's picks are SeisBench's, one by one and in F1", { timeout: 300_000 }, async (ctx) => {
    if (!existsSync(records)) return ctx.skip("needs GEODL_DATA: stead/ncedc-110.hdf5");
    const { status, stdout } = pick(records, "--model", "volpick", "--out", "v.csv");
    expect(status).toBe(0);
    expect(stdout).toMatch(/v\.csv: \d+ P and \d+ S picks on 110 records by volpick/);
    const ours = rows("v.csv");
    const golden = JSON.parse(readFileSync(join(root, "test/golden/picks/stead.json"), "utf8")) as {
      readonly picks: readonly (readonly [string, string, number, number])[];
    };
    // picks within rounding of the threshold may be in one list only
    const sure = golden.picks.filter(([, , , prob]) => prob > 0.301);
    for (const [file, phase, sample, prob] of sure) {
      const same = ours.find((r) => r.file === file && r.phase === phase && r.sample === sample);
      expect(same, `${file} ${phase} ${sample}`).toBeDefined();
      expect(Math.abs(same!.prob - prob)).toBeLessThan(1e-4);
    }
    expect(ours.filter(({ prob }) => prob > 0.301).length).toBe(sure.length);

    const windows = (await stead.attributes(records)).map(
      (a): PickWindow => ({
        window: a.trace_name!,
        file: a.trace_name!,
        kind: "event",
        p: a.p_arrival_sample!,
        s: a.s_arrival_sample!,
        scored: [0, 6000],
      }),
    );
    const theirs = golden.picks.map(([file, phase, sample, prob]) => ({ file, phase, sample, prob }));
    const scores = [ours, theirs].map((picks) => pickScores(windows, picks, { length: 6000, resamples: 0 }));
    scores[0]!.forEach((row, i) => {
      expect(Math.abs(row.f1 - scores[1]![i]!.f1), `${row.phase} ${row.tolerance}`).toBeLessThan(0.005);
    });
    expect(scores[0]![1]!.f1).toBeGreaterThan(0.9);
  });

  it("a damaged data set is named, the others are picked", async (ctx) => {
    if (!existsSync(records)) return ctx.skip("needs GEODL_DATA: stead/ncedc-110.hdf5");
    const file = await stead.open(records);
    const some = file.names.slice(0, 3).map((name) => file.read(name));
    file.close();
    const { hdf5 } = await stead.write(join(folder, "three"), some);
    expect(pick(hdf5, "--model", "stalta", "--out", "whole.csv").status).toBe(0);
    const bytes = readFileSync(hdf5);
    writeFileSync(join(folder, "cut.hdf5"), bytes.subarray(0, bytes.length >> 1));
    const cut = pick("cut.hdf5", "--model", "stalta", "--out", "cut.csv");
    expect(cut.status).toBe(1);
    expect(cut.stderr).toMatch(/cut\.hdf5/);
    expect(existsSync(join(folder, "cut.csv"))).toBe(false);
    const both = pick("cut.hdf5", hdf5, "--model", "stalta", "--out", "both.csv");
    expect(both.status).toBe(1);
    expect(rows("both.csv")).toEqual(rows("whole.csv"));
  });
});

describe("on miniSEED and SAC", () => {
  it("finds arrivals, says where and when, writes QuakeML", () => {
    writeFileSync(join(folder, "a.mseed"), stream());
    const { status } = pick("a.mseed", "--model", "stalta", "--out", "a.csv", "--quakeml", "a.xml");
    expect(status).toBe(0);
    const found = rows("a.csv");
    for (const at of onsets) {
      const p = found.filter((r) => r.phase === "P" && Math.abs(r.sample - at) <= 10);
      expect(p.length, `P at ${at}`).toBe(1);
      expect(p[0]).toMatchObject({ file: "XX.ABC..HH", station: "XX.ABC", model: "stalta" });
      expect(p[0]!.time).toMatch(/^2021-05-06T07:\d\d:\d\d\.\d{6}Z$/);
      expect(Date.parse(p[0]!.time) / 1000).toBeCloseTo(zero + p[0]!.sample / 100, 3);
      expect(found.some((r) => r.phase === "S" && Math.abs(r.sample - at - 300) <= 20)).toBe(true);
    }
    const xml = readFileSync(join(folder, "a.xml"), "utf8");
    expect(xml.match(/<pick /g)!.length).toBe(found.length);
    expect(xml).toContain('<waveformID networkCode="XX" stationCode="ABC" channelCode="HH"/>');
  });

  it("QuakeML is read by ObsPy", { timeout: 120_000 }, (ctx) => {
    const python = join(root, ".venv-peers", "bin", "python");
    if (!existsSync(python)) return ctx.skip("needs the peers' environment (test/peers/setup.sh)");
    const code =
      "import obspy, sys; c = obspy.read_events(sys.argv[1]); print(sorted((str(p.time), p.phase_hint, p.waveform_id.station_code) for e in c for p in e.picks))";
    const done = spawnSync(python, ["-c", code, join(folder, "a.xml")], { encoding: "utf8" });
    expect(done.stderr).toBe("");
    const wanted = rows("a.csv").map((r) => `('${r.time}', '${r.phase}', 'ABC')`);
    expect(done.stdout.trim()).toBe(`[${wanted.sort().join(", ")}]`);
  });

  it("the order of records, overlaps and files does not matter", () => {
    const parts = [..."ENZ"].map((c) => writeMiniSeed([segment(c, "ABC", 6000), segment(c, "ABC", 0, 6500)]));
    mkdirSync(join(folder, "parts"));
    parts.forEach((bytes, i) => {
      writeFileSync(join(folder, "parts", `${i}.mseed`), bytes);
    });
    expect(pick("parts", "--model", "stalta", "--out", "parts.csv").status).toBe(0);
    expect(rows("parts.csv")).toEqual(rows("a.csv"));
  });

  it("a gap parts the stream; what lies on both sides is picked", () => {
    const bytes = writeMiniSeed(
      [..."ZNE"].flatMap((c) => [segment(c, "ABC", 0, 6000), segment(c, "ABC", 9000)]),
    );
    writeFileSync(join(folder, "gap.mseed"), bytes);
    expect(pick("gap.mseed", "--model", "stalta", "--out", "gap.csv").status).toBe(0);
    const p = rows("gap.csv").filter(({ phase }) => phase === "P");
    expect(p.filter(({ sample }) => Math.abs(sample - 3000) <= 10).length).toBe(1);
    expect(p.filter(({ sample }) => Math.abs(sample - 11_500) <= 10).length).toBe(1);
    expect(p.some(({ sample }) => sample > 6000 && sample < 9000)).toBe(false);
  });

  it("names damage, picks the rest, ends with status 1", () => {
    const good = stream();
    const damaged = Uint8Array.from(good);
    damaged.fill(0xff, 512 * 3 + 70, 512 * 3 + 200); // frames of the fourth record
    writeFileSync(join(folder, "damaged.mseed"), damaged);
    const first = pick("damaged.mseed", "--model", "stalta", "--out", "damaged.csv");
    expect(first.status).toBe(1);
    expect(first.stderr).toMatch(/damaged\.mseed: XX\.ABC\.\.HHZ: Steim 2 frames/);
    // the gap is in Z only and before the second arrival
    expect(rows("damaged.csv").some((r) => r.phase === "P" && Math.abs(r.sample - 7000) <= 10)).toBe(true);

    writeFileSync(join(folder, "cut.mseed"), good.subarray(0, good.length - 300));
    const cut = pick("cut.mseed", "--model", "stalta", "--out", "cut.csv");
    expect(cut.status).toBe(1);
    expect(cut.stderr).toMatch(/cut\.mseed: a record of 512 bytes at \d+ must end inside the file/);
    expect(rows("cut.csv").filter(({ phase }) => phase === "P").length).toBe(
      rows("a.csv").filter(({ phase }) => phase === "P").length,
    );

    mkdirSync(join(folder, "mixed"));
    writeFileSync(join(folder, "mixed", "one.mseed"), good);
    writeFileSync(
      join(folder, "mixed", "two.mseed"),
      Buffer.concat([Buffer.from("not a record ".repeat(99)), stream("DEF")]),
    );
    writeFileSync(join(folder, "mixed", "readme.txt"), "nothing to pick here ".repeat(40));
    const mixed = pick("mixed", "--model", "stalta", "--out", "mixed.csv");
    expect(mixed.status).toBe(1);
    expect(mixed.stderr).toMatch(/readme\.txt: bytes 0 to 840 hold no record/);
    expect(mixed.stderr).toMatch(/two\.mseed: bytes 0 to 1287 hold no record/);
    const stations = new Set(rows("mixed.csv").map(({ station }) => station));
    expect([...stations]).toEqual(["XX.ABC", "XX.DEF"]);
    const onlyText = pick(join("mixed", "readme.txt"), "--model", "stalta", "--out", "none.csv");
    expect(onlyText.status).toBe(1);
    expect(onlyText.stderr).toMatch(/^geodl pick: no record could be read: readme\.txt/);
    expect(existsSync(join(folder, "none.csv"))).toBe(false);
  });

  it("three SAC files are one record, a cut one is read as far as it goes", () => {
    mkdirSync(join(folder, "sac"));
    const bytes = [..."ZNE"].map((c) =>
      writeSac({
        data: Float32Array.from(channel(c)),
        header: {
          delta: 0.01,
          b: 0,
          nzyear: 2021,
          nzjday: 126,
          nzhour: 7,
          nzmin: 8,
          nzsec: 9,
          nzmsec: 0,
          knetwk: "XX",
          kstnm: "ABC",
          kcmpnm: `HH${c}`,
        },
      }),
    );
    bytes.forEach((b, i) => {
      writeFileSync(join(folder, "sac", `${"ZNE"[i]}.sac`), b);
    });
    expect(pick("sac", "--model", "stalta", "--out", "sac.csv").status).toBe(0);
    expect(rows("sac.csv")).toEqual(rows("a.csv"));
    writeFileSync(join(folder, "sac", "Z.sac"), bytes[0]!.subarray(0, 632 + 4 * 9_000));
    const cut = pick("sac", "--model", "stalta", "--out", "cutsac.csv");
    expect(cut.status).toBe(1);
    expect(cut.stderr).toMatch(/Z\.sac: cut short, 36632 of 60632 bytes/);
    expect(rows("cutsac.csv").some((r) => r.phase === "P" && Math.abs(r.sample - 7000) <= 10)).toBe(true);
  });

  it("own weights are the default", () => {
    expect(existsSync(join(folder, "a.mseed"))).toBe(true);
    const { status, stdout, stderr } = pick("a.mseed", "--out", "own.csv");
    expect(stderr).not.toMatch(/geodl/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/own\.csv: \d+ P and \d+ S picks on 1 record by own/);
    const found = rows("own.csv").filter(({ phase }) => phase === "P");
    expect(found.every(({ model, prob }) => model === "own" && prob >= 0.3)).toBe(true);
    for (const at of onsets)
      expect(
        found.some(({ sample }) => Math.abs(sample - at) <= 20),
        `P at ${at}`,
      ).toBe(true);
  });

  it("another rate: samples count at the stream's own", () => {
    const half = [..."ZNE"].map((c) => ({
      ...segment(c),
      sampleRate: 200,
      data: channel(c),
      encoding: "int32" as const,
    }));
    writeFileSync(join(folder, "200.mseed"), writeMiniSeed(half));
    const done = pick("200.mseed", "--model", "stalta", "--out", "200.csv");
    expect(done.stderr).not.toMatch(/geodl/);
    expect(done.status).toBe(0);
    for (const at of onsets) {
      const near = rows("200.csv").filter((r) => r.phase === "P" && Math.abs(r.sample - at) <= 20);
      expect(near.length, `P at ${at}`).toBe(1);
      expect(Date.parse(near[0]!.time) / 1000).toBeCloseTo(zero + near[0]!.sample / 200, 3);
    }
  });
});

describe("a wrong call", () => {
  it.each([
    [[], 2, /a file or a folder at least, got none/],
    [["x.mseed"], 2, /--out must name the new file/],
    [["x.mseed", "--out", "y.csv", "--threshold", "2"], 2, /--threshold must be in 0 < T <= 1, got 2/],
    [["x.mseed", "--out", "y.csv", "--model", "stalta"], 1, /the file must be there, got none/],
    [
      ["x.mseed", "--out", "y.csv", "--model", "none.pt"],
      1,
      /the model must be own, volpick, stalta or a file/,
    ],
  ] as const)("%j ends with status %i", (args, status, message) => {
    const done = pick(...args);
    expect(done.status).toBe(status);
    expect(done.stderr).toMatch(message);
  });
});
