// Pieces of HTML that all pages share, and TypeScript in colours.
import ts from "typescript";

/** Text that may stand in HTML, also within quotes. */
export function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (c) => names[c]!);
}

/** A region that scrolls sideways by itself and can be reached by the keyboard.
 *  @param html What stands in it. @param name What it is, for those who do not see it. */
export function scrolling(html: string, name: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(name.replace(/<[^>]*>/g, ""))}">${html}</div>`;
}

const classes: Partial<Record<ts.TokenClass, string>> = {
  [ts.TokenClass.Keyword]: "k",
  [ts.TokenClass.Comment]: "c",
  [ts.TokenClass.NumberLiteral]: "n",
  [ts.TokenClass.BigIntLiteral]: "n",
  [ts.TokenClass.StringLiteral]: "s",
  [ts.TokenClass.RegExpLiteral]: "s",
};

/** TypeScript with its keywords, strings, numbers and comments marked, by TypeScript's own scanner. */
function highlighted(code: string): string {
  const classifier = ts.createClassifier();
  let state = ts.EndOfLineState.None;
  const lines = code.split("\n").map((line) => {
    const { entries, finalLexState } = classifier.getClassificationsForLine(line, state, true);
    state = finalLexState;
    let at = 0;
    return entries
      .map(({ length, classification }) => {
        const words = escaped(line.slice(at, at + length));
        at += length;
        const name = classes[classification];
        return name === undefined ? words : `<span class="${name}">${words}</span>`;
      })
      .join("");
  });
  return lines.join("\n");
}

/** A block of code or output.
 *  @param text What stands in it.
 *  @param language "ts" or "typescript" is highlighted, anything else is plain.
 *  @param kind Class of the block. Default "code". */
export function pre(text: string, language: string, kind = "code"): string {
  const isTypeScript = ["ts", "typescript"].includes(language);
  const trimmed = text.replace(/\s+$/, "");
  return `<pre class="${kind}" tabindex="0"><code>${isTypeScript ? highlighted(trimmed) : escaped(trimmed)}</code></pre>\n`;
}
