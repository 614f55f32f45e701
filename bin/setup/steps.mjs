// The steps in order, and where each stands.
import { join, relative } from "node:path";
import { addon } from "./addon.mjs";
import { build } from "./build.mjs";
import { kernel } from "./kernel.mjs";
import { npm } from "./npm.mjs";
import { places, rootOf } from "./project.mjs";
import { python } from "./python.mjs";
import { changed, readStamp } from "./stamps.mjs";
import { tensorflow } from "./tensorflow.mjs";

/** In the order in which they build on each other. */
export const steps = [npm, python, tensorflow, addon, build, kernel];

/** The command as it is called from where the user is: an installed package lies deeper. */
const cure = ({ root }) => `run \`node ${relative(process.cwd(), join(root, "bin", "setup.mjs"))}\``;

/** Where a step stands; nothing is changed.
 *  @returns state: "done", "skipped" (not for this machine or call), "lacking" (cannot be had, the course runs without), "todo". */
export function check(step, place) {
  const reason = step.skip?.(place);
  if (reason) return { state: "skipped", detail: reason };
  const stamp = readStamp(place.root, step.name);
  const differing = stamp ? changed(step.inputs(place), stamp) : [];
  const missing = stamp ? step.missing(place, stamp) : undefined;
  if (stamp && differing.length === 0 && !missing) return { state: "done", detail: stamp.detail };
  const lack = step.lack?.(place);
  if (lack) return { state: "lacking", ...lack };
  const why = !stamp
    ? "not made yet"
    : differing.length > 0
      ? `${differing.join(" and ")} changed`
      : `${missing} is missing`;
  return { state: "todo", detail: why, cure: cure(place) };
}

/** Where each step stands, for `geodl doctor` and `--check`.
 *  @param {string} root The project's folder.
 *  @returns {{ name: string, state: string, done: boolean, detail: string, cure: string | undefined }[]} */
export function status(root = rootOf()) {
  const place = places(root);
  return steps.map((step) => {
    const { state, detail, cure: how } = check(step, place);
    return { name: step.name, state, done: state === "done" || state === "skipped", detail, cure: how };
  });
}
