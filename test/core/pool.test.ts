// The worker pool: every task once, the same bits for any number of threads, errors that come back, a caller that waits.
import { openPool } from "geodl/core";
import { describe, expect, it } from "vitest";

const work = new URL("./pool-work.mjs", import.meta.url);
const shared = (n: number) => ({
  out: new Float64Array(new SharedArrayBuffer(8 * n)),
  taken: new Int32Array(new SharedArrayBuffer(4 * n)),
});

describe("openPool", () => {
  it("answers every task once, the same for one thread and for three, list after list", async () => {
    const results = [];
    for (const threads of [1, 3]) {
      const data = shared(500);
      const pool = openPool(work, data, { threads });
      for (let round = 0; round < 300; round++) {
        const count = 1 + ((37 * round) % 500);
        data.taken.fill(0);
        pool.run(Array.from({ length: count }, (_, i) => [i, (i * 7) % 50]));
        const once = data.taken.every((n, i) => n === (i < count ? 1 : 0));
        expect(once, `round ${round} of ${count} tasks`).toBe(true);
      }
      pool.run([]);
      results.push([...data.out]);
      await pool.close();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("runs side by side: three threads wait for one another", async () => {
    const data = { meet: new Int32Array(new SharedArrayBuffer(4)) };
    const code = `export const start = ({ meet }) => () => {
      Atomics.add(meet, 0, 1); Atomics.notify(meet, 0);
      for (let n = Atomics.load(meet, 0); n < 3; n = Atomics.load(meet, 0)) if (Atomics.wait(meet, 0, n, 20000) === "timed-out") throw new Error("alone");
    };`;
    const pool = openPool(new URL(`data:text/javascript,${encodeURIComponent(code)}`), data, { threads: 3 });
    pool.run([[0], [1], [2]]);
    expect(data.meet[0]).toBe(3);
    await pool.close();
  });

  it("throws what a task threw, and works on afterwards", async () => {
    const data = shared(4);
    const pool = openPool(work, data, { threads: 2 });
    const tasks = [0, -3, 2].map((i) => [i, 1]);
    expect(() => pool.run(tasks)).toThrow("work: i must be >= 0, got -3");
    expect([...data.taken]).toEqual([1, 0, 1, 0]);
    pool.run([[1, 1]]);
    expect([...data.taken]).toEqual([1, 1, 1, 0]);
    await pool.close();
    expect(() => pool.run([[1, 1]])).toThrow("pool: a closed pool runs nothing");
  });

  it("says what is wrong: a module that is none, tasks that differ, no threads", async () => {
    const none = openPool(new URL("file:///no-such-module.mjs"), {}, { threads: 1 });
    expect(() => none.run([[1]])).toThrow(/no-such-module/);
    await none.close();
    const pool = openPool(work, shared(1), { threads: 1, room: 4 });
    expect(() => pool.run([[0, 1], [0]])).toThrow("pool: tasks must have one length, got several");
    expect(() =>
      pool.run([
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
    ).toThrow("pool: tasks must hold 4 numbers at most, got 6");
    await pool.close();
    expect(() => openPool(work, {}, { threads: 0 })).toThrow(
      "openPool: threads must be a whole number >= 1, got 0",
    );
  });
});
