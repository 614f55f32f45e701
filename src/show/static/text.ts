// Boxes of SVG text: with constant ones titles are clipped and tick labels vanish, so the real font is measured.

/** What is read from a node of the page. */
export interface SvgNode {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly parentElement: SvgNode | null;
  readonly style?: { readonly fontSize?: string; readonly fontWeight?: string; readonly textAnchor?: string };
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<SvgNode>;
}

/** A rectangle as getBoundingClientRect gives it, px. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** Width of a text in a CSS font, px. */
export type Ruler = (text: string, font: string) => number;

/** A function that gives the box of a text, a line of text or a group that holds texts; undefined where there is none.
 *  Placed by x, y, text-anchor and the translations and rotations above it. */
export function measureWith(ruler: Ruler): (node: SvgNode) => Box | undefined {
  return (node) => {
    if (node.tagName === "text" || node.tagName === "tspan") return textBox(node, ruler);
    const boxes = [...node.querySelectorAll("text")]
      .filter((text) => (text.textContent ?? "") !== "")
      .map((text) => textBox(text, ruler));
    return boxes.length === 0 ? undefined : around(boxes);
  };
}

function textBox(node: SvgNode, ruler: Ruler): Box {
  const size = fontSize(node);
  const weight = inherited(node, "font-weight", (n) => n.style?.fontWeight) ?? "normal";
  const broken = [...node.querySelectorAll("tspan.line")].map((line) => line.textContent ?? "");
  const lines = broken.length > 0 ? broken : [node.textContent ?? ""];
  const width = Math.max(...lines.map((line) => ruler(line, `${weight} ${size}px "DejaVu Sans"`)));
  const height = size * 1.3 * lines.length;
  const anchor = inherited(node, "text-anchor", (n) => n.style?.textAnchor);
  const x = number(node.getAttribute("x")) - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
  const y = number(node.getAttribute("y")) - size;
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ].map(([cx, cy]) => onPage(node, cx!, cy!));
  const [xs, ys] = [corners.map((c) => c[0]!), corners.map((c) => c[1]!)];
  return box(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
}

/** A point of a node's own coordinates on the page: its transform, then those above it. */
function onPage(node: SvgNode, x: number, y: number): [number, number] {
  for (let at: SvgNode | null = node; at !== null; at = at.parentElement) {
    const steps = [
      ...(at.getAttribute("transform") ?? "").matchAll(/(translate|rotate)\(([^)]*)\)/g),
    ].reverse();
    for (const [, kind, list] of steps) {
      const [a = 0, b = 0, c = 0] = list!.split(/[ ,]+/).filter(Boolean).map(Number);
      if (kind === "translate") [x, y] = [x + a, y + b];
      else {
        const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
        [x, y] = [b + cos * (x - b) - sin * (y - c), c + sin * (x - b) + cos * (y - c)];
      }
    }
  }
  return [x, y];
}

function fontSize(node: SvgNode): number {
  return number(inherited(node, "font-size", (n) => n.style?.fontSize)) || 12;
}

function inherited(
  node: SvgNode,
  name: string,
  style: (n: SvgNode) => string | undefined,
): string | undefined {
  for (let at: SvgNode | null = node; at !== null; at = at.parentElement) {
    const value = style(at) || at.getAttribute(name);
    if (value) return value;
  }
  return undefined;
}

function around(boxes: readonly Box[]): Box {
  return box(
    Math.min(...boxes.map((b) => b.left)),
    Math.min(...boxes.map((b) => b.top)),
    Math.max(...boxes.map((b) => b.right)),
    Math.max(...boxes.map((b) => b.bottom)),
  );
}

function box(left: number, top: number, right: number, bottom: number): Box {
  return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
}

function number(text: string | null | undefined): number {
  return Number.parseFloat(text ?? "") || 0;
}
