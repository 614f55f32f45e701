// The classic picker: STA/LTA finds an arrival, AIC its onset; S is looked for on the horizontals behind P. Nothing is trained.
import { setImmediate } from "node:timers/promises";
import { aicPick, bandpass, recursiveStaLta, triggerOnset } from "../signal/index.js";
import type { PhasePick, PickOptions } from "./pick.js";
import type { TimedStretch } from "./stretches.js";

/** What the classic picker wants to see. */
export const staltaWants = { components: "ENZ", rate: 100 } as const;

const rate = staltaWants.rate;
const [nsta, nlta] = [0.5 * rate, 5 * rate];
const [on, off] = [2.5, 1.2];
const block = 600 * rate;
const margin = 60 * rate;

/** A ratio as a score in 0 .. 1: 4 is .3, as the networks' threshold. */
const scoreOf = (ratio: number): number => ratio / (ratio + 28 / 3);

/** Onset by AIC in a window; undefined where there is none. */
function onset(x: Float64Array, from: number, to: number): number | undefined {
  const [first, end] = [Math.max(from, 0), Math.min(to, x.length)];
  return end - first < 8 ? undefined : aicPick(x, { from: first, to: end });
}

/** Picks of one block, samples from its start. */
function pickBlock(samples: Float32Array): { phase: "P" | "S"; at: number; prob: number }[] {
  const n = samples.length / 3;
  const channels = [0, 1, 2].map((c) =>
    bandpass(
      Float64Array.from({ length: n }, (_, i) => samples[3 * i + c]!),
      [2, 20],
      1 / rate,
      { phase: "causal" },
    ),
  );
  const isLive = channels.map((x) => x.some((v) => v !== 0));
  const z = isLive[2] ? channels[2]! : channels[isLive[0] ? 0 : 1]!;
  const ratio = recursiveStaLta(z, nsta, nlta);
  const triggers = triggerOnset(ratio, on, off);
  const horizontal = Float64Array.from(channels[0]!, (e, i) => Math.hypot(e, channels[1]![i]!));
  return triggers.flatMap((trigger, k) => {
    const at = onset(z, trigger.on - 4 * rate, trigger.on + rate);
    if (at === undefined) return [];
    let most = 0;
    for (let i = trigger.on; i <= trigger.off; i++) most = Math.max(most, ratio[i]!);
    const prob = scoreOf(most);
    const p = { phase: "P" as const, at, prob };
    // S: the onset before the largest horizontal amplitude, from half a second after P to the next trigger
    const start = at + 0.5 * rate;
    const end = Math.min(at + 20 * rate, triggers[k + 1]?.on ?? n, n);
    if (!isLive[0] || !isLive[1] || end - start < rate) return [p];
    let peak = start;
    for (let i = start; i < end; i++) if (horizontal[i]! > horizontal[peak]!) peak = i;
    const s = onset(horizontal, start, Math.max(peak + 1, start + rate / 2));
    return s === undefined ? [p] : [p, { phase: "S" as const, at: s, prob }];
  });
}

/** P and S along stretches of any length, by STA/LTA and AIC: causal band-pass 2 to 20 Hz, recursive STA/LTA of .5 and 5 s on the vertical (trigger at
 *  2.5), the onset by AIC from 4 s before to 1 s after; S where AIC splits the horizontals before their largest amplitude. The score of a ratio r is
 *  r / (r + 28 / 3), so that a ratio of 4 has .3.
 *
 *  @param stretches Components E, N, Z at 100 Hz.
 *  @param options threshold, apart and signal as for `pickStretches`; the others have no meaning here.
 *  @returns Each stretch with its picks in time order; those shorter than 10 s are left out.
 *  @see Allen (1978); Withers et al. (1998); Maeda (1985). */
export async function* staltaStretches<T extends TimedStretch>(
  stretches: Iterable<T> | AsyncIterable<T>,
  options: Pick<PickOptions, "threshold" | "apart" | "signal"> = {},
): AsyncGenerator<{ readonly stretch: T; readonly picks: PhasePick[] }> {
  const { threshold = 0.3, apart = 0.5, signal } = options;
  const least = (phase: string): number =>
    typeof threshold === "number" ? threshold : (threshold[phase] ?? 0.3);
  for await (const stretch of stretches) {
    if (stretch.length < 2 * nlta) continue;
    const picks: PhasePick[] = [];
    for (let from = 0; from < stretch.length; from += block) {
      signal?.throwIfAborted();
      const first = Math.max(from - margin, 0);
      const end = Math.min(from + block + margin, stretch.length);
      for (const { phase, at, prob } of pickBlock(stretch.read(first, end - first))) {
        const sample = first + at;
        if (sample >= from && sample < from + block && prob >= least(phase))
          picks.push({ phase, time: stretch.start + sample / rate, prob });
      }
      await setImmediate();
    }
    picks.sort((a, b) => a.time - b.time);
    const kept = picks.filter((p, i) => {
      const before = picks.slice(0, i).findLast(({ phase }) => phase === p.phase);
      return !before || p.time - before.time >= apart;
    });
    yield { stretch, picks: kept };
  }
}
