// QuakeML 1.2: picks as other programs read them.
import { isoTime } from "./time.js";

/** A pick as QuakeML holds it. */
export interface QuakemlPick {
  /** Seconds since 1970. */
  readonly time: number;
  /** P, S, ... */
  readonly phase: string;
  /** NET.STA.LOC.CHA; parts may be empty. */
  readonly id: string;
  /** Probability, 0 .. 1; QuakeML has no place for it, so it goes into a comment. */
  readonly prob: number;
}

/** Picks that belong together: of one record, or of one stream. */
export interface QuakemlEvent {
  /** Goes into the event's description. */
  readonly name: string;
  readonly picks: readonly QuakemlPick[];
}

const escaped = (text: string): string =>
  // control characters are not allowed in XML at all
  text
    .replace(/[^\t\n\r\x20-\uffff]/g, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

function pickLines(pick: QuakemlPick, id: string, method: string): string[] {
  const [network = "", station = "", location = "", channel = ""] = pick.id.split(".");
  const where = [
    `networkCode="${escaped(network)}"`,
    `stationCode="${escaped(station)}"`,
    ...(location === "" ? [] : [`locationCode="${escaped(location)}"`]),
    ...(channel === "" ? [] : [`channelCode="${escaped(channel)}"`]),
  ].join(" ");
  return [
    `      <pick publicID="${id}">`,
    `        <time><value>${isoTime(pick.time)}</value></time>`,
    `        <waveformID ${where}/>`,
    `        <methodID>${method}</methodID>`,
    `        <phaseHint>${escaped(pick.phase)}</phaseHint>`,
    "        <evaluationMode>automatic</evaluationMode>",
    `        <comment><text>probability ${pick.prob.toFixed(4)}</text></comment>`,
    "      </pick>",
  ];
}

/** Picks as a QuakeML 1.2 document: an event element for each group, for QuakeML keeps picks in events; no origin is claimed.
 *
 *  @param events Groups of picks.
 *  @param options.method Name of the model, part of the resource identifiers.
 *  @returns The document.
 *  @see Schorlemmer et al. (2011), QuakeML, Ann. Geophys. 54(6); schema BED 1.2. */
export function writeQuakeml(
  events: readonly QuakemlEvent[],
  { method }: { readonly method: string },
): string {
  const name = method.replace(/[^\w.-]/g, "-") || "model";
  const base = "smi:local/geodl";
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2" xmlns="http://quakeml.org/xmlns/bed/1.2">',
    `  <eventParameters publicID="${base}/picks">`,
  ];
  events.forEach((event, i) => {
    lines.push(
      `    <event publicID="${base}/event/${i + 1}">`,
      `      <description><text>${escaped(event.name)}</text></description>`,
    );
    event.picks.forEach((pick, k) => {
      lines.push(...pickLines(pick, `${base}/pick/${i + 1}/${k + 1}`, `${base}/method/${name}`));
    });
    lines.push("    </event>");
  });
  lines.push("  </eventParameters>", "</q:quakeml>", "");
  return lines.join("\n");
}
