// The attributes of STEAD: which are numbers, which are text, and how "nothing" is written.
import type { AttributeValue } from "./hdf5.js";

const numbers = [
  "receiver_latitude",
  "receiver_longitude",
  "receiver_elevation_m",
  "p_arrival_sample",
  "p_weight",
  "p_travel_sec",
  "s_arrival_sample",
  "s_weight",
  "source_origin_uncertainty_sec",
  "source_latitude",
  "source_longitude",
  "source_error_sec",
  "source_gap_deg",
  "source_horizontal_uncertainty_km",
  "source_depth_km",
  "source_depth_uncertainty_km",
  "source_magnitude",
  "source_distance_deg",
  "source_distance_km",
  "back_azimuth_deg",
  "coda_end_sample",
] as const;

const texts = [
  "network_code",
  "receiver_code",
  "receiver_type",
  "p_status",
  "s_status",
  "source_id",
  "source_origin_time",
  "source_magnitude_type",
  "source_magnitude_author",
  "source_mechanism_strike_dip_rake",
  "trace_start_time",
  "trace_category",
  "trace_name",
] as const;

/** The columns of STEAD's table, in its order; its files have an attribute of each. */
export const steadColumns = [
  ...["network_code", "receiver_code", "receiver_type"],
  ...["receiver_latitude", "receiver_longitude", "receiver_elevation_m"],
  ...["p_arrival_sample", "p_status", "p_weight", "p_travel_sec"],
  ...["s_arrival_sample", "s_status", "s_weight"],
  ...["source_id", "source_origin_time", "source_origin_uncertainty_sec"],
  ...["source_latitude", "source_longitude", "source_error_sec", "source_gap_deg"],
  ...["source_horizontal_uncertainty_km", "source_depth_km", "source_depth_uncertainty_km"],
  ...["source_magnitude", "source_magnitude_type", "source_magnitude_author"],
  ...["source_mechanism_strike_dip_rake", "source_distance_deg", "source_distance_km", "back_azimuth_deg"],
  ...["snr_db", "coda_end_sample", "trace_start_time", "trace_category", "trace_name"],
] as const;

/** Attributes of one trace. Names and units are STEAD's (its table 1); what a file does not hold is undefined.
 *  Arrival and coda samples count from the trace's first sample; `snr_db` has one value a channel, NaN for a dead one.
 *  @see Mousavi et al. (2019), IEEE Access 7, doi:10.1109/ACCESS.2019.2947848. */
export type SteadAttributes = {
  readonly [K in (typeof numbers)[number]]?: number;
} & { readonly [K in (typeof texts)[number]]?: string } & {
  readonly snr_db?: readonly number[];
} & { readonly [more: string]: AttributeValue | undefined };

/** Attributes as STEAD means them: numbers that are written as text are numbers, "", "nan", "None" and NaN are undefined.
 *  @param raw Attributes as the file holds them. */
export function steadAttributes(raw: Readonly<Record<string, AttributeValue>>): SteadAttributes {
  const entries = Object.entries(raw).map(([name, value]): [string, AttributeValue | undefined] => {
    if (isNumber(name)) return [name, toNumber(value)];
    if (name === "snr_db") return [name, toNumbers(value)];
    if (isText(name)) return [name, toText(value)];
    return [name, isNothing(value) ? undefined : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

const isNumber = (name: string) => (numbers as readonly string[]).includes(name);
const isText = (name: string) => (texts as readonly string[]).includes(name);

function isNothing(value: AttributeValue): boolean {
  return typeof value === "number"
    ? Number.isNaN(value)
    : ["", "nan", "none"].includes(String(value).trim().toLowerCase());
}

/** STEAD writes coda_end_sample as [[3000.]]: a list of one, in text or not. */
function toNumber(value: AttributeValue): number | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  const text = String(first ?? "").replace(/[[\]\s]/g, "");
  const number = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function toNumbers(value: AttributeValue): readonly number[] | undefined {
  const parts = Array.isArray(value)
    ? value
    : String(value)
        .replace(/[[\],]/g, " ")
        .trim()
        .split(/\s+/);
  const list = parts.map((v) => (v === "" ? Number.NaN : Number(v)));
  return list.some((v) => !Number.isNaN(v)) ? list : undefined;
}

function toText(value: AttributeValue): string | undefined {
  return isNothing(value) ? undefined : String(value);
}
