// SAM, MobileSAM, EfficientSAM, SAM 2 on gathers: ONNX files that a user has, all known signatures behind one interface.
import type { Grid } from "../core/index.js";
import { loadOnnx, type OnnxArray, type OnnxModel } from "./onnx.js";
import { type AutomaticOptions, chosenMasks, gridPoints, type Mask, type Prompt } from "./prompts.js";
import { onGather, type Picture, type Preparation, pictureOf, prepared, side, valueAt } from "./sam-image.js";

/** Files of a model. */
export interface SamFiles {
  /** Image encoder; not for a joint EfficientSAM, nor where `embeddings` are given. */
  readonly encoder?: string;
  /** Prompt encoder and mask decoder, or a joint EfficientSAM. */
  readonly decoder: string;
  /** What another program's encoder gave for the picture of `samPicture`, [1, 256, 64, 64]: official SAM exports its decoder alone. */
  readonly embeddings?: Grid;
}

/** A gather that has been encoded. */
export interface SamImage {
  /** @returns Masks, the best first; logits [trace, time]. */
  masks(prompt: Prompt): Promise<Mask[]>;
  /** All masks of a grid of points, suppressed where they overlap, the largest first. */
  automatic(options?: AutomaticOptions): Promise<Mask[]>;
}

/** An open model. */
export interface Sam {
  /** Whose signature the files have. */
  readonly family: "SAM" | "EfficientSAM" | "EfficientSAM, joint" | "SAM 2" | "transformers";
  /** Encodes a gather, [trace, time]. */
  encode(gather: Grid): Promise<SamImage>;
  close(): Promise<void>;
}

const floats = (data: ArrayLike<number>, dims: readonly number[]): OnnxArray => ({
  data: Float32Array.from(data),
  dims,
});

/** Points and box in pixels of the picture with SAM's labels: 1 inside, 0 outside, 2 and 3 the corners of a box, -1 padding. */
function marksOf(
  { points = [], box }: Prompt,
  { across }: Picture,
): { x: number; y: number; label: number }[] {
  const mark = (trace: number, sample: number, label: number) => ({
    x: (trace + 0.5) * across,
    y: sample + 0.5,
    label,
  });
  return [
    ...points.map(({ trace, sample, isInside = true }) => mark(trace, sample, isInside ? 1 : 0)),
    ...(box ? [mark(box.traces[0], box.samples[0], 2), mark(box.traces[1], box.samples[1], 3)] : []),
  ];
}

/** An earlier mask as [1, 1, 256, 256], or zeros. @param part Share that the picture takes of it. */
function maskInput({ mask }: Prompt, [high, wide]: readonly [number, number]): OnnxArray {
  const data = new Float32Array(256 * 256);
  if (mask) {
    const [traces, nt] = mask.shape as [number, number];
    const upright = Float32Array.from(
      { length: traces * nt },
      (_, i) => mask.data[(i % traces) * nt + Math.floor(i / traces)]!,
    );
    for (let i = 0; i < 256 * high; i++)
      for (let j = 0; j < 256 * wide; j++)
        data[i * 256 + j] = valueAt(
          upright,
          [nt, traces],
          ((i + 0.5) / 256 / high) * nt,
          ((j + 0.5) / 256 / wide) * traces,
        );
  }
  return { data, dims: [1, 1, 256, 256] };
}

/** What a family's decoder is fed with besides the encoder's outputs, and how its masks lie over the picture. */
interface Feeding {
  readonly feeds: Record<string, OnnxArray>;
  readonly part: readonly [number, number];
}

function feeding(
  family: Sam["family"],
  inputs: OnnxModel["inputs"],
  prompt: Prompt,
  picture: Picture,
): Feeding {
  const { height, width } = picture;
  const scale = side / Math.max(height, width);
  const covered = [(height * scale) / side, (width * scale) / side] as const;
  const [kx, ky] =
    family === "SAM 2"
      ? [side / width, side / height]
      : family.startsWith("EfficientSAM")
        ? [1, 1]
        : [scale, scale];
  const marks = marksOf(prompt, picture).map(({ x, y, label }) => ({ x: x * kx, y: y * ky, label }));
  if (family === "SAM" && !prompt.box) marks.push({ x: 0, y: 0, label: -1 });
  const n = marks.length;
  const coordinates = marks.flatMap(({ x, y }) => [x, y]);
  const labels = marks.map(({ label }) => label);
  if (family.startsWith("EfficientSAM"))
    return {
      feeds: {
        batched_point_coords: floats(coordinates, [1, 1, n, 2]),
        batched_point_labels: floats(labels, [1, 1, n]),
        ...(inputs.has("orig_im_size")
          ? { orig_im_size: { data: BigInt64Array.of(BigInt(height), BigInt(width)), dims: [2] } }
          : {}),
      },
      part: [1, 1],
    };
  if (family === "transformers")
    return {
      feeds: {
        input_points: floats(coordinates, [1, 1, n, 2]),
        ...(inputs.has("input_labels")
          ? { input_labels: { data: BigInt64Array.from(labels.map(BigInt)), dims: [1, 1, n] } }
          : {}),
      },
      part: covered,
    };
  const isSam2 = family === "SAM 2";
  const size = isSam2 ? { data: Int32Array.of(height, width), dims: [2] } : floats([height, width], [2]);
  return {
    feeds: {
      point_coords: floats(coordinates, [1, n, 2]),
      point_labels: floats(labels, [1, n]),
      mask_input: maskInput(prompt, isSam2 ? [1, 1] : covered),
      has_mask_input: floats([prompt.mask ? 1 : 0], [1]),
      ...(inputs.has("orig_im_size") ? { orig_im_size: size } : {}),
    },
    part: [1, 1],
  };
}

/** Masks out of a decoder's answer, whatever its outputs are called: [.., m, h, w] and [.., m]. */
function masksOf(
  answer: Readonly<Record<string, OnnxArray>>,
  picture: Picture,
  part: readonly [number, number],
): Mask[] {
  const masks = answer.masks ?? answer.output_masks ?? answer.pred_masks;
  const quality = answer.iou_predictions ?? answer.iou_scores;
  if (!masks || !quality)
    throw new Error(
      `loadSam: the decoder must give masks and their qualities, got ${Object.keys(answer).join(", ")}`,
    );
  const [h, w] = masks.dims.slice(-2) as [number, number];
  return Array.from({ length: masks.dims.at(-3)! }, (_, m) => ({
    logits: onGather(masks, [h, w], m * h * w, picture, part),
    quality: Number(quality.data[m]),
  })).sort((a, b) => b.quality - a.quality);
}

/** Which family, by the names of the inputs. */
function familyOf(decoder: OnnxModel, path: string): Sam["family"] {
  const has = (name: string) => decoder.inputs.has(name);
  if (has("batched_images")) return "EfficientSAM, joint";
  if (has("batched_point_coords")) return "EfficientSAM";
  if (has("high_res_feats_0")) return "SAM 2";
  if (has("input_points")) return "transformers";
  if (has("point_coords") && has("image_embeddings")) return "SAM";
  throw new Error(
    `loadSam: ${path} must be the decoder of SAM, MobileSAM, EfficientSAM, SAM 2 or transformers' SAM, got the inputs ${[...decoder.inputs.keys()].join(", ")}`,
  );
}

/** How an encoder wants its picture, by its first input. */
function preparationOf(encoder: OnnxModel): readonly [string, Preparation] {
  const [name, shape] = [...encoder.inputs][0]!;
  if (name === "batched_images") return [name, "plain"];
  if (name === "image") return [name, "squashed"];
  if (name === "input_image" && shape.length === 3) return [name, "rgb"];
  return [name, "padded"]; // x, input_image, pixel_values
}

/** Opens a model of the SAM family. Its files come from their makers: segment-anything and MobileSAM export a decoder; samexporter,
 *  EfficientSAM and transformers.js encoder and decoder.
 *
 *  @param files See SamFiles.
 *  @returns The model; the caller closes it.
 *  @throws Error where a file or onnxruntime-web is missing, with the cure, or where a file has another signature.
 *  @see Kirillov et al. (2023), Segment Anything; PROTOCOLS 5. */
export async function loadSam({ encoder: encoderPath, decoder: path, embeddings }: SamFiles): Promise<Sam> {
  const decoder = await loadOnnx(path);
  const family = familyOf(decoder, path);
  const isJoint = family === "EfficientSAM, joint";
  if (!isJoint && !encoderPath && !embeddings)
    throw new Error(
      `loadSam: ${path} is a decoder alone, so the encoder's file or its embeddings must be given, got neither; samexporter writes an encoder for SAM and MobileSAM`,
    );
  const encoder = encoderPath && !embeddings ? await loadOnnx(encoderPath) : undefined;
  return {
    family,
    async encode(gather) {
      const picture = pictureOf(gather);
      let base: Readonly<Record<string, OnnxArray>> = {};
      if (isJoint) base = { batched_images: prepared(picture, "plain") };
      else if (encoder) {
        const [name, how] = preparationOf(encoder);
        const given = await encoder.run({ [name]: prepared(picture, how) });
        base = Object.fromEntries(Object.entries(given).filter(([output]) => decoder.inputs.has(output)));
      } else if (embeddings) base = { image_embeddings: floats(embeddings.data, embeddings.shape) };
      const masks = async (prompt: Prompt): Promise<Mask[]> => {
        const { feeds, part } = feeding(family, decoder.inputs, prompt, picture);
        return masksOf(await decoder.run({ ...base, ...feeds }), picture, part);
      };
      return {
        masks,
        async automatic(options = {}) {
          const found: Mask[] = [];
          for (const point of gridPoints(gather.shape, options))
            found.push(...(await masks({ points: [point] })));
          return chosenMasks(found, options);
        },
      };
    },
    async close() {
      await Promise.all([decoder.close(), encoder?.close()]);
    },
  };
}
