// The SAM family's signatures (PROTOCOLS 5), each with a tiny generated ONNX model whose mask is "below the first point": where the mask begins says
// whether coordinates, padding and sizes are the family's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasOnnx, loadOnnx, loadSam, samPicture, upperEdge } from "geodl/apply";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Constant, type Node, onnxModel, type Port } from "./onnx-writer.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-sam-"));
const write = (name: string, model: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, model);
  return path;
};
const gather = { data: Float32Array.from({ length: 8 * 96 }, (_, i) => Math.sin(i / 3)), shape: [8, 96] };
const need =
  "needs onnxruntime-web: npm install --no-save --ignore-scripts onnxruntime-web, or GEODL_ONNXRUNTIME, its folder";
let isThere = false;

const constants: Constant[] = [
  ...[0, 1, 2].map((v) => ({ name: `i${v}`, values: [v], shape: [], kind: "int64" as const })),
  { name: "column", values: [-1, 1], shape: [2], kind: "int64" },
  { name: "head", values: [1, 3], shape: [2], kind: "int64" },
  { name: "head5", values: [1, 1, 3], shape: [3], kind: "int64" },
  { name: "low", values: [256, 256], shape: [2], kind: "int64" },
  { name: "zero", values: [0], shape: [] },
  { name: "one", values: [1], shape: [] },
  { name: "half", values: [0.5], shape: [] },
  { name: "side", values: [1024], shape: [] },
  { name: "four", values: [4], shape: [] },
  { name: "signs", values: [1, -1, 1], shape: [3, 1, 1] },
  { name: "quality", values: [0.5, 0.6, 0.9], shape: [3] },
  { name: "tenth", values: [0.001], shape: [] },
];

/** Nodes of a mask that is > 0 below y of the first point, times the signs, in `rows` x `columns`; and qualities that tell the sum of the labels.
 *  @param y Name of y in rows. @param size Name of the mask's [height, width], int64. @param rows Name of the height, float. */
const below = (
  masks: string,
  quality: string,
  y: string,
  size: string,
  rows: string,
  labels: string,
  head: string,
): Node[] => [
  { op: "Range", in: ["zero", rows, "one"], out: "row" },
  { op: "Add", in: ["row", "half"], out: "centre" },
  { op: "Sub", in: ["centre", y], out: "depth" },
  { op: "Reshape", in: ["depth", "column"], out: "deep" },
  { op: "Concat", in: [head, size], out: "whole", attributes: { axis: 0 } },
  { op: "Expand", in: ["deep", "whole"], out: "plain" },
  { op: "Mul", in: ["plain", "signs"], out: masks },
  { op: "ReduceSum", in: [labels], out: "labelSum", attributes: { keepdims: 0 } },
  { op: "Mul", in: ["labelSum", "tenth"], out: "little" },
  { op: "Add", in: ["quality", "little"], out: "qualities" },
  { op: "Reshape", in: ["qualities", "qualityShape"], out: quality },
];
/** y of the first point, out of an array whose last two axes are points and coordinates, `axes` before them. */
const firstY = (points: string, axes: number): Node[] => [
  ...Array.from({ length: axes + 1 }, (_, k) => ({
    op: "Gather",
    in: [k === 0 ? points : `p${k}`, "i0"],
    out: `p${k + 1}`,
    attributes: { axis: 0 },
  })),
  { op: "Gather", in: [`p${axes + 1}`, "i1"], out: "y", attributes: { axis: 0 } },
];
const withQuality = (...shape: number[]): Constant[] => [
  ...constants,
  { name: "qualityShape", values: shape, shape: [shape.length], kind: "int64" },
];
const embeddings: Port = { name: "image_embeddings", shape: [1, 256, 64, 64] };

/** Official SAM, MobileSAM: y comes in the frame whose longest side is 1,024, the mask goes out in the picture's own size. */
const samDecoder = (): Uint8Array =>
  onnxModel(
    [
      embeddings,
      { name: "point_coords", shape: [1, "n", 2] },
      { name: "point_labels", shape: [1, "n"] },
      { name: "mask_input", shape: [1, 1, 256, 256] },
      { name: "has_mask_input", shape: [1] },
      { name: "orig_im_size", shape: [2] },
    ],
    [
      { name: "masks", shape: [1, 3, "h", "w"] },
      { name: "iou_predictions", shape: [1, 3] },
      { name: "low_res_masks", shape: [1, 1, 256, 256] },
    ],
    [
      ...firstY("point_coords", 1),
      { op: "ReduceMax", in: ["orig_im_size"], out: "longest", attributes: { keepdims: 0 } },
      { op: "Div", in: ["longest", "side"], out: "scale" },
      { op: "Mul", in: ["y", "scale"], out: "yPicture" },
      { op: "Cast", in: ["orig_im_size"], out: "size", attributes: { to: 7 } },
      { op: "Gather", in: ["orig_im_size", "i0"], out: "height", attributes: { axis: 0 } },
      ...below("masks", "said", "yPicture", "size", "height", "point_labels", "head"),
      { op: "Mul", in: ["mask_input", "has_mask_input"], out: "low_res_masks" },
      { op: "ReduceMean", in: ["low_res_masks"], out: "maskMean", attributes: { keepdims: 0 } },
      { op: "Mul", in: ["maskMean", "more"], out: "maskPart" },
      { op: "Add", in: ["said", "maskPart"], out: "iou_predictions" },
    ],
    [...withQuality(1, 3), { name: "more", values: [0.1], shape: [] }],
  );

/** An encoder whose embeddings are the mean of its picture everywhere. */
const encoderOf = (input: Port, outputs: readonly Port[]): Uint8Array =>
  onnxModel(
    [input],
    outputs,
    [
      { op: "ReduceMean", in: [input.name], out: "mean", attributes: { keepdims: 0 } },
      ...outputs.map((port, k) => ({ op: "Expand", in: ["mean", `shape${k}`], out: port.name })),
    ],
    outputs.map(({ shape }, k) => ({
      name: `shape${k}`,
      values: shape as number[],
      shape: [shape.length],
      kind: "int64" as const,
    })),
  );
const square = [1, 3, 1024, 1024];

/** y in 1,024 rows, masks of 256 rows. */
const lowDecoder = (kind: "sam2" | "transformers"): Uint8Array => {
  const isSam2 = kind === "sam2";
  const inputs: Port[] = isSam2
    ? [
        { name: "image_embed", shape: [1, 256, 64, 64] },
        { name: "high_res_feats_0", shape: [1, 32, 256, 256] },
        { name: "high_res_feats_1", shape: [1, 64, 128, 128] },
        { name: "point_coords", shape: [1, "n", 2] },
        { name: "point_labels", shape: [1, "n"] },
        { name: "mask_input", shape: [1, 1, 256, 256] },
        { name: "has_mask_input", shape: [1] },
        { name: "orig_im_size", shape: [2], kind: "int32" },
      ]
    : [
        { name: "input_points", shape: [1, 1, "n", 2] },
        { name: "input_labels", shape: [1, 1, "n"], kind: "int64" },
        embeddings,
        { name: "image_positional_embeddings", shape: [1, 256, 64, 64] },
      ];
  const [masks, quality] = isSam2 ? ["masks", "iou_predictions"] : ["pred_masks", "iou_scores"];
  const labels: Node[] = isSam2
    ? []
    : [{ op: "Cast", in: ["input_labels"], out: "labels", attributes: { to: 1 } }];
  return onnxModel(
    inputs,
    [
      { name: masks!, shape: isSam2 ? [1, 3, 256, 256] : [1, 1, 3, 256, 256] },
      { name: quality!, shape: isSam2 ? [1, 3] : [1, 1, 3] },
    ],
    [
      ...firstY(isSam2 ? "point_coords" : "input_points", isSam2 ? 1 : 2),
      { op: "Div", in: ["y", "four"], out: "yLow" },
      ...labels,
      ...below(
        masks!,
        quality!,
        "yLow",
        "low",
        "rows",
        isSam2 ? "point_labels" : "labels",
        isSam2 ? "head" : "head5",
      ),
    ],
    [...withQuality(...(isSam2 ? [1, 3] : [1, 1, 3])), { name: "rows", values: [256], shape: [] }],
  );
};

/** EfficientSAM: y in the picture's own pixels. */
const efficient = (isJoint: boolean): Uint8Array =>
  onnxModel(
    [
      isJoint ? { name: "batched_images", shape: [1, 3, "h", "w"] } : embeddings,
      { name: "batched_point_coords", shape: [1, 1, "n", 2] },
      { name: "batched_point_labels", shape: [1, 1, "n"] },
      ...(isJoint ? [] : [{ name: "orig_im_size", shape: [2], kind: "int64" as const }]),
    ],
    [
      { name: "output_masks", shape: [1, 1, 3, "h", "w"] },
      { name: "iou_predictions", shape: [1, 1, 3] },
    ],
    [
      ...firstY("batched_point_coords", 2),
      ...(isJoint
        ? [
            { op: "Shape", in: ["batched_images"], out: "all" },
            { op: "Slice", in: ["all", "two", "end"], out: "size" },
          ]
        : [{ op: "Identity", in: ["orig_im_size"], out: "size" }]),
      { op: "Gather", in: ["size", "i0"], out: "heightInt", attributes: { axis: 0 } },
      { op: "Cast", in: ["heightInt"], out: "height", attributes: { to: 1 } },
      ...below("output_masks", "iou_predictions", "y", "size", "height", "batched_point_labels", "head5"),
    ],
    [
      ...withQuality(1, 1, 3),
      { name: "two", values: [2], shape: [1], kind: "int64" },
      { name: "end", values: [4], shape: [1], kind: "int64" },
    ],
  );

const cases: [string, () => { encoder?: string; decoder: string }, string, number][] = [
  [
    "official decoder, an encoder with x",
    () => ({
      encoder: write("x.onnx", encoderOf({ name: "x", shape: square }, [embeddings])),
      decoder: write("sam.onnx", samDecoder()),
    }),
    "SAM",
    0,
  ],
  [
    "samexporter, normalised",
    () => ({
      encoder: write("n.onnx", encoderOf({ name: "input_image", shape: square }, [embeddings])),
      decoder: write("sam.onnx", samDecoder()),
    }),
    "SAM",
    0,
  ],
  [
    "samexporter, RGB",
    () => ({
      encoder: write("rgb.onnx", encoderOf({ name: "input_image", shape: ["h", "w", 3] }, [embeddings])),
      decoder: write("sam.onnx", samDecoder()),
    }),
    "SAM",
    0,
  ],
  [
    "EfficientSAM, joint",
    () => ({ decoder: write("joint.onnx", efficient(true)) }),
    "EfficientSAM, joint",
    1,
  ],
  [
    "EfficientSAM, split",
    () => ({
      encoder: write("e.onnx", encoderOf({ name: "batched_images", shape: [1, 3, "h", "w"] }, [embeddings])),
      decoder: write("split.onnx", efficient(false)),
    }),
    "EfficientSAM",
    1,
  ],
  [
    "SAM 2",
    () => ({
      encoder: write(
        "s2.onnx",
        encoderOf({ name: "image", shape: square }, [
          { name: "high_res_feats_0", shape: [1, 32, 256, 256] },
          { name: "high_res_feats_1", shape: [1, 64, 128, 128] },
          { name: "image_embed", shape: [1, 256, 64, 64] },
        ]),
      ),
      decoder: write("sam2.onnx", lowDecoder("sam2")),
    }),
    "SAM 2",
    1,
  ],
  [
    "transformers",
    () => ({
      encoder: write(
        "t.onnx",
        encoderOf({ name: "pixel_values", shape: square }, [
          embeddings,
          { name: "image_positional_embeddings", shape: [1, 256, 64, 64] },
        ]),
      ),
      decoder: write("t-dec.onnx", lowDecoder("transformers")),
    }),
    "transformers",
    1,
  ],
];

describe("the SAM family", () => {
  beforeAll(async () => {
    isThere = await hasOnnx();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, files, family, labelSum] of cases)
    it(`${name}: a click's mask begins where the click is`, { timeout: 60_000 }, async (ctx) => {
      if (!isThere) ctx.skip(need);
      const sam = await loadSam(files());
      expect(sam.family).toBe(family);
      const image = await sam.encode(gather);
      for (const sample of [20, 61]) {
        const masks = await image.masks({ points: [{ trace: 2, sample }] });
        // the best first, and the padding point is there where the family wants it: its label is -1
        expect(
          masks.map(({ quality }) => quality).map((q) => Math.round(1000 * (q - 0.001 * labelSum))),
        ).toEqual([900, 600, 500]);
        for (const edge of upperEdge(masks[0]!.logits)) expect(Math.abs(edge - sample)).toBeLessThan(1.01);
        expect(masks[1]!.logits.data[0]).toBeGreaterThan(0); // the second is upside down
      }
      // a box needs no padding point: its corners' labels are 2 and 3
      const boxed = await image.masks({ box: { traces: [1, 6], samples: [30, 90] } });
      if (family !== "transformers") expect(Math.round(1000 * boxed[0]!.quality)).toBe(905);
      expect(Math.abs(upperEdge(boxed[0]!.logits)[4]! - 30)).toBeLessThan(1.01);
      const all = await image.automatic({ points: [2, 4], quality: 0.7, stability: 0.5 });
      expect(all.length).toBeGreaterThan(1);
      expect(Math.abs(upperEdge(all[0]!.logits)[0]! - 12)).toBeLessThan(1.01);
      await sam.close();
    });

  it("an earlier mask reaches the decoder, over the part that the picture takes", {
    timeout: 60_000,
  }, async (ctx) => {
    if (!isThere) ctx.skip(need);
    const embedded = { data: new Float32Array(256 * 64 * 64), shape: [1, 256, 64, 64] };
    const sam = await loadSam({ decoder: write("sam.onnx", samDecoder()), embeddings: embedded });
    // 3 traces of 96 samples, 32 columns each: a square; 2 traces of 3 samples, 2 columns each: three quarters high
    for (const [shape, covered] of [
      [[3, 96], 1],
      [[2, 3], 0.75],
    ] as const) {
      const flat = { data: new Float32Array(shape[0] * shape[1]), shape };
      const mask = { data: flat.data.map(() => 2), shape };
      const image = await sam.encode(flat);
      const points = [{ trace: 1, sample: 1 }];
      const [plain] = await image.masks({ points });
      const [led] = await image.masks({ points, mask });
      expect(led!.quality - plain!.quality).toBeCloseTo(0.1 * 2 * covered, 2);
    }
    await sam.close();
  });

  it("embeddings of another program serve a decoder alone", { timeout: 60_000 }, async (ctx) => {
    if (!isThere) ctx.skip(need);
    const decoder = write("sam.onnx", samDecoder());
    await expect(loadSam({ decoder })).rejects.toThrow("the encoder's file or its embeddings must be given");
    const embedded = { data: new Float32Array(256 * 64 * 64), shape: [1, 256, 64, 64] };
    const sam = await loadSam({ decoder, embeddings: embedded });
    const [best] = await (await sam.encode(gather)).masks({ points: [{ trace: 0, sample: 40 }] });
    expect(Math.abs(upperEdge(best!.logits)[7]! - 40)).toBeLessThan(1.01);
    await sam.close();
  });

  it("says what is missing", async () => {
    await expect(loadSam({ decoder: join(folder, "none.onnx") })).rejects.toThrow(
      /must be at .*none\.onnx, got no file/,
    );
    if (!isThere) {
      const path = write("any.onnx", samDecoder());
      await expect(loadOnnx(path)).rejects.toThrow("npm install --no-save --ignore-scripts onnxruntime-web");
      return;
    }
    const broken = write("broken.onnx", Uint8Array.of(1, 2, 3));
    await expect(loadOnnx(broken)).rejects.toThrow(/broken\.onnx must be an ONNX model/);
    const foreign = write(
      "foreign.onnx",
      encoderOf({ name: "data", shape: [1, 4] }, [{ name: "out", shape: [1, 4] }]),
    );
    await expect(loadSam({ decoder: foreign, encoder: foreign })).rejects.toThrow("got the inputs data");
  });

  it("a gather becomes a picture about as wide as high, 0 mid grey", () => {
    const { width, height, across, grey } = samPicture({
      data: Float32Array.from([0, 0, 1, -1]),
      shape: [1, 4],
    });
    expect([width, height, across]).toEqual([4, 4, 4]);
    expect(grey[0]).toBe(127.5);
    expect([grey[8], grey[15]]).toEqual([255, 0]);
  });
});
