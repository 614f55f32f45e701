// From a checkpoint on disk to the first answer, in a process that has loaded TensorFlow but no model.
import { type nn, tensor } from "geodl";
import type { Case } from "./harness.js";

/** A fixed input that both sides can make: sin(.1 i), C order. */
export const sines = (n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(0.1 * i));

/** @param load Makes the model and its input. @param spread Every how many numbers of the answer are compared. */
export function weightsCase(
  work: Pick<Case, "name" | "peer" | "workload">,
  file: string,
  load: (file: string) => Promise<{ readonly model: nn.Model; readonly input: () => tensor.Tensor }>,
  spread: number,
): Case {
  return {
    ...work,
    unit: "ms",
    isFresh: true,
    async prepare() {
      const first = async () => {
        const { model, input } = await load(file);
        const { tf } = tensor.engine();
        const answer = tf.tidy(() => model.apply(input()));
        const numbers = answer.dataSync();
        answer.dispose();
        model.dispose();
        return numbers;
      };
      return {
        inputs: file,
        run: first,
        output: async () => (await first()).filter((_, i) => i % spread === 0),
      };
    },
  };
}
