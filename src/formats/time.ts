// Points in time: seconds since 1970-01-01T00:00:00 UTC, without leap seconds, as all of the room's readers give them.

/** Seconds since 1970 of a date given by its day of the year, as SAC and miniSEED have it.
 *
 *  @param year Four digits.
 *  @param day Day of the year, from 1.
 *  @param seconds Seconds since midnight.
 *  @returns Seconds; float64 holds a microsecond until the year 2255. */
export function secondsOf(year: number, day: number, seconds: number): number {
  return Date.UTC(year, 0, 1) / 1000 + (day - 1) * 86400 + seconds;
}

/** A time as text, `2016-01-23T05:04:03.123456Z`.
 *
 *  @param seconds Seconds since 1970.
 *  @returns ISO 8601 with microseconds, rounded to the nearest.
 *  @throws RangeError if it is not finite or before the year 0 or after 9999. */
export function isoTime(seconds: number): string {
  const micro = Math.round(seconds * 1e6);
  const whole = Math.floor(micro / 1e6);
  if (!(whole >= -62167219200 && whole < 253402300800))
    throw new RangeError(`isoTime: the time must lie in the years 0 to 9999, got ${seconds}`);
  const text = new Date(whole * 1000).toISOString().slice(0, 19);
  return `${text}.${String(micro - whole * 1e6).padStart(6, "0")}Z`;
}

/** The parts of a time, as headers keep them.
 *
 *  @param seconds Seconds since 1970.
 *  @param unit Smallest part, s, e.g. 1e-4; the time is rounded to it.
 *  @returns Year, day of the year from 1, hour, minute, second, and units. */
export function partsOf(
  seconds: number,
  unit: number,
): { year: number; day: number; hour: number; minute: number; second: number; units: number } {
  const perSecond = Math.round(1 / unit);
  const total = Math.round(seconds * perSecond);
  const whole = Math.floor(total / perSecond);
  const date = new Date(whole * 1000);
  const year = date.getUTCFullYear();
  return {
    year,
    day: Math.floor((whole - Date.UTC(year, 0, 1) / 1000) / 86400) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    units: total - whole * perSecond,
  };
}
