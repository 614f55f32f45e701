// Amplitude spectra over frequency, in decibels or as they are.
import type { Figure } from "./figure.js";
import { lines } from "./lines.js";

/** One spectrum. */
export interface SpectrumLine {
  readonly name: string;
  /** Hz, ascending, shape [n]. */
  readonly frequencies: ArrayLike<number>;
  /** Amplitudes, >= 0, shape [n], e.g. the moduli of `signal.rfft`. */
  readonly amplitudes: ArrayLike<number>;
}

export interface SpectrumOptions {
  readonly title: string;
  /** "dB": 20 log10 of the amplitude over the largest of all lines; -80 .. 0 is shown. "linear": as they are. Default "dB". */
  readonly scale?: "dB" | "linear";
  /** Logarithmic frequency axis. Default false. */
  readonly isLogFrequency?: boolean;
  /** Unit of linear amplitudes. Default: none. */
  readonly unit?: string;
  /** Default: a sentence made of title and each line's peak. */
  readonly alt?: string;
}

/** Shows amplitude spectra.
 *
 *  @param spectra One or more.
 *  @param options See SpectrumOptions.
 *  @returns Figure.
 *  @throws RangeError if frequencies and amplitudes differ in length or an amplitude is negative. */
export function spectrum(spectra: readonly SpectrumLine[], options: SpectrumOptions): Figure {
  const { title, scale = "dB", isLogFrequency = false, unit } = options;
  let largest = 0;
  for (const { name, frequencies, amplitudes } of spectra) {
    if (frequencies.length !== amplitudes.length)
      throw new RangeError(
        `spectrum: frequencies and amplitudes of "${name}" must have the same length, got ${frequencies.length} and ${amplitudes.length}`,
      );
    for (let i = 0; i < amplitudes.length; i++) {
      if (amplitudes[i]! < 0)
        throw new RangeError(`spectrum: amplitudes of "${name}" must be >= 0, got ${amplitudes[i]}`);
      if (amplitudes[i]! > largest) largest = amplitudes[i]!;
    }
  }
  const decibels = (v: number) => Math.max(-200, 20 * Math.log10(v / (largest || 1)));
  const peaks = spectra.map(({ name, frequencies, amplitudes }) => {
    let best = 0;
    for (let i = 0; i < amplitudes.length; i++) if (amplitudes[i]! > amplitudes[best]!) best = i;
    return `${name} peaks at ${Number((frequencies[best] ?? Number.NaN).toPrecision(3))} Hz`;
  });
  return lines(
    spectra.map(({ name, frequencies, amplitudes }, i) => ({
      name,
      x: isLogFrequency ? Array.from(frequencies, (f) => (f > 0 ? f : Number.NaN)) : frequencies,
      y: scale === "dB" ? Array.from(amplitudes, decibels) : amplitudes,
      kind: i % 2 === 0 ? ("line" as const) : ("dashed" as const),
    })),
    {
      title,
      xLabel: "frequency (Hz)",
      yLabel: scale === "dB" ? "amplitude (dB)" : unit === undefined ? "amplitude" : `amplitude (${unit})`,
      log: isLogFrequency ? "x" : "",
      ...(scale === "dB" ? { yRange: [-80, 4] as const } : {}),
      alt: options.alt ?? `${title}. Amplitude spectra: ${peaks.join("; ")}.`,
    },
  );
}
