import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Rng, rng } from "geodl/core";
import { type CsvOptions, frame, readCsv } from "geodl/data";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (text: string, options?: CsvOptions) => readCsv(Buffer.from(text), options);
const kinds = (text: string) =>
  Object.fromEntries([...read(text).columns].map(([name, { kind }]) => [name, kind]));

describe("readCsv", () => {
  it("gives typed columns", () => {
    const table = read("a,b,c\n1,x,2.5\n-3e2,y,\n,x,None\n");
    expect([table.length, table.names]).toEqual([3, ["a", "b", "c"]]);
    expect(table.numbers("a")).toEqual(Float64Array.of(1, -300, Number.NaN));
    expect(table.columns.get("b")).toEqual({
      kind: "dictionary",
      codes: Uint8Array.of(0, 1, 0),
      entries: ["x", "y"],
    });
    expect(table.rows()).toEqual([
      { a: 1, b: "x", c: 2.5 },
      { a: -300, b: "y", c: Number.NaN },
      { a: Number.NaN, b: "x", c: Number.NaN },
    ]);
  });
  it.each([
    ["CRLF", "a,b\r\n1,x\r\n2,y\r\n"],
    ["no end of the last line", "a,b\n1,x\n2,y"],
    ["CRLF and no end", "a,b\r\n1,x\r\n2,y"],
    ["a byte order mark", "\ufeffa,b\n1,x\n2,y\n"],
    ["empty lines", "\na,b\n\n1,x\n\r\n2,y\n\n"],
    ["quotes", '"a","b"\n"1","x"\r\n2,"y"'],
    ["semicolons", "a;b\n1;x\n2;y\n"],
    ["tabs", "a\tb\n1\tx\n2\ty\n"],
    ["spaces around names and numbers", " a ,b\n 1 ,x\n  2,y\n"],
  ])("understands %s", (_, text) => {
    const separator = (/[;\t]/.exec(text)?.[0] ?? ",") as ";" | "\t" | ",";
    expect(read(text, { separator }).rows()).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: "y" },
    ]);
  });
  it("keeps what quotes hold", () => {
    const text = 'a,b\n"x, ""y""\r\nz",1\n"",2\n"ü""",3\nx"y,4\n';
    expect(read(text).texts("a")).toEqual(['x, "y"\r\nz', "", 'ü"', 'x"y']);
    expect(read(text).numbers("b")).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(read('a\n""\nx\n').texts("a")).toEqual(["", "x"]);
  });
  it("rounds as Number does", () => {
    const random = rng(1).fork("numbers");
    const words = [
      "0",
      "-0",
      "1e22",
      "1e23",
      "9007199254740991",
      ".5",
      "5.",
      "1E-320",
      "1.7976931348623159e308",
    ];
    for (let i = 0; i < 20_000; i++) {
      const digits = random.integer(1, 22);
      const body = Array.from({ length: digits }, () => random.integer(0, 10)).join("");
      words.push(
        `${random.integer(0, 2) ? "-" : ""}${random.integer(1, 10)}.${body}${i % 5 ? "" : `e${random.integer(-330, 320)}`}`,
      );
    }
    const values = read(`x\n${words.join("\n")}\n`).numbers("x");
    for (const [i, word] of words.entries()) expect(Object.is(values[i], Number(word)), word).toBe(true);
  });
  it("tells numbers from codes and words", () => {
    expect(kinds("a,b,c,d,e\n00,9007199254740993,0x10,1_0,12a\n")).toEqual({
      a: "dictionary",
      b: "dictionary",
      c: "dictionary",
      d: "dictionary",
      e: "dictionary",
    });
    expect(kinds("a,b,c,d\nnan,inf,-Infinity,0\nNULL,n/a,NA,0.10\n")).toEqual({
      a: "number",
      b: "number",
      c: "number",
      d: "number",
    });
    expect(read("b\ninf\n-Infinity\nNA\n").numbers("b")).toEqual(
      Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
    );
    expect(read("a\n1\n2\n", { kinds: { a: "text" } }).texts("a")).toEqual(["1", "2"]);
  });
  it("finds out late that a column holds text", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => (i === 4000 ? "B7" : `${i / 4}`));
    const table = read(`a,b\n${rows.map((v, i) => `${v},${i}`).join("\n")}\n`);
    expect(table.texts("a")).toEqual(rows);
    expect(table.numbers("b")[4999]).toBe(4999);
    expect(() => read(`a\n${rows.join("\n")}`, { kinds: { a: "number" } })).toThrow(
      'readCsv: the column a must hold numbers, got "B7" in line 4002',
    );
  });
  it("keeps many different texts without a dictionary", () => {
    const names = Array.from({ length: 70_000 }, (_, i) => `trace-é-${i % 68_000}`);
    const table = read(`t\n${names.join("\n")}\n`);
    expect(table.columns.get("t")?.kind).toBe("text");
    expect(table.texts("t")).toEqual(names);
    const some = table.filter((row) => row % 9999 === 3);
    expect(some.texts("t")).toEqual(names.filter((_, row) => row % 9999 === 3));
    const few = Array.from({ length: 70_000 }, (_, i) => `s${i % 3000}`);
    const dictionary = read(`t\n${few.join("\n")}\n`).columns.get("t");
    expect(
      dictionary?.kind === "dictionary" && [dictionary.codes.constructor.name, dictionary.entries.length],
    ).toEqual(["Uint16Array", 3000]);
  });
  it("keeps the columns and rows that are wanted", async () => {
    const text = "id,m,where\na,1,x\nb,5,y\nc,7,\n";
    const table = read(text, {
      columns: ["m", "id"],
      where: (row) => row.number("m") > 2 && row.text("where") !== "x",
    });
    expect(table.rows()).toEqual([
      { id: "b", m: 5 },
      { id: "c", m: 7 },
    ]);
    const df = await frame(table.filter((row) => table.numbers("m")[row] === 7));
    expect([df.columns, df.values]).toEqual([["id", "m"], [["c", 7]]]);
    expect(() => read(text, { where: (row) => row.number("M") > 1 })).toThrow('got "M"; nearest: m');
    expect(() => table.numbers("id")).toThrow(
      'table.numbers: the column must hold numbers, got text in "id"',
    );
    expect(() => table.numbers("n")).toThrow('must be one of 2, got "n"');
  });
  it.each([
    ["", "there must be a header line, got an empty file"],
    ["a,b\n1,2\n3\n", "a row must have 2 fields as the header has, got 1 in line 3"],
    ['a,b\n"x\ny",2\n3,4,5\n', "got 3 in line 4"],
    ['a,b\n1,"x\n', "a quoted field must end, got none from line 2 on"],
    ['a,b\n1,"x"y\n', "a quoted field must end at its quote, got more behind it in line 2"],
    ["a,a\n", 'names in the header must differ and not be empty, got "a" in field 2'],
    ["a,\n", 'got "" in field 2'],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(RangeError);
    expect(() => read(text)).toThrow(message);
  });
  it("refuses columns that are not there and a file that is not", () => {
    expect(() => read("abc\n1\n", { columns: ["abd"] })).toThrow('must be one of 1, got "abd"; nearest: abc');
    expect(() => readCsv(join(folder, "none.csv"))).toThrow(/ENOENT.*none\.csv/);
  });
});

/** A table whose truth is known, written in one of the ways in which it may be. */
function written(random: Rng, nRows: number): { text: string; rows: (string | number)[][] } {
  const alphabet = ["a", "é", "𝄞", '"', ",", "\n", "\r\n", " ", "0", ""];
  const end = random.integer(0, 2) ? "\r\n" : "\n";
  const field = (value: string) =>
    /[",\r\n]/.test(value) || value === "" || random.integer(0, 3) === 0
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const rows = Array.from({ length: nRows }, (_, i) => [
    i / 8,
    `k${random.integer(0, 40)}`,
    Array.from({ length: random.integer(0, 30) }, () => alphabet[random.integer(0, alphabet.length)]).join(
      "",
    ),
  ]);
  const lines = rows.map((row) => row.map((value) => field(String(value))).join(","));
  return { text: ["n,key,text", ...lines].join(end), rows };
}

it("agrees with what was written, wherever the buffer's borders fall", () => {
  const { text, rows } = written(rng(5), 60_000);
  const path = join(folder, "big.csv");
  writeFileSync(path, text);
  expect(Buffer.byteLength(text)).toBeGreaterThan(2 ** 21); // the buffer is refilled
  const table = readCsv(path);
  expect(table.numbers("n")).toEqual(Float64Array.from(rows, (row) => row[0] as number));
  expect(table.texts("key")).toEqual(rows.map((row) => row[1]));
  expect(table.texts("text")).toEqual(rows.map((row) => row[2]));
  const long = `a,b\n"${"x".repeat(3 * 2 ** 20)}",1\n`;
  expect(read(long).texts("a")[0]?.length).toBe(3 * 2 ** 20); // a row longer than the buffer
});

const count = process.env.GEODL_LONG === "1" ? 10_000 : 200;
it(`${count} damaged files give an error or a whole table`, { timeout: 600_000 }, () => {
  let errors = 0;
  for (let seed = 0; seed < count; seed++) {
    const random = rng(seed).fork("csv");
    const bytes = Buffer.from(written(random, 30).text);
    for (let i = random.integer(1, 6); i > 0; i--)
      bytes[random.integer(0, bytes.length)] = random.integer(0, 2)
        ? random.integer(0, 256)
        : '",\n\r;'.charCodeAt(random.integer(0, 5));
    const cut = random.integer(0, 2) ? bytes : bytes.subarray(0, random.integer(0, bytes.length));
    try {
      const table = readCsv(cut);
      for (const name of table.names) expect(table.texts(name).length).toBe(table.length);
      expect(table.length).toBeLessThanOrEqual(cut.length);
    } catch (error) {
      errors++;
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toMatch(/^readCsv: [^\n]+$/);
    }
  }
  expect(errors).toBeGreaterThan(count / 5);
  expect(errors).toBeLessThan(count);
});

it("reads STEAD's table", (ctx) => {
  const path = join(process.env.GEODL_DATA ?? "", "stead/100samples.csv");
  if (!process.env.GEODL_DATA || !existsSync(path)) return ctx.skip("needs GEODL_DATA: stead/100samples.csv");
  const table = readCsv(path);
  expect([table.length, table.names.length]).toEqual([100, 35]);
  expect(table.numbers("source_magnitude")[0]).toBe(3.6);
  expect(table.numbers("p_travel_sec")[0]).toBe(17.0799999237);
  expect(table.texts("snr_db")[0]).toBe("[ 56.79999924  55.40000153  47.40000153]");
  expect(table.texts("trace_name")[0]).toBe("109C.TA_20060723155859_EV");
  expect(table.numbers("source_depth_uncertainty_km").every(Number.isNaN)).toBe(false);
});
