// A field of a CSV file.

/** A field as RFC 4180 has it: in quotes, quotes doubled, where a separator, a quote or a line's end would break the row. */
export const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
