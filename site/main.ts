// npm run site: makes the site in .site/ and checks its links.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.js";
import { linkFaults } from "./links.js";

const usage = `npm run site -- [--profile P | --committed | --from DIR] [--out DIR] [--no-api]

  --profile P    size of the run of every notebook that the pages show: ci, tutorial (default) or paper
  --committed    run nothing: the outputs that are committed, with figures as pictures
  --from DIR     take the notebooks that \`geodl notebooks --keep DIR\` left there
  --out DIR      where the site goes; default: .site
  --no-api       leave out the API's reference, which takes a minute`;

/** Runs the course and keeps the executed copies, with Plotly's JSON in them. */
function runCourse(root: string, profile: string): string {
  const kept = join(root, ".cache", "site-notebooks");
  const args = [join(root, "bin", "geodl.mjs"), "notebooks", "--profile", profile, "--keep", kept];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`site: every notebook must be sound, got exit status ${status}`);
  return kept;
}

async function main(): Promise<number> {
  const options = {
    profile: { type: "string", default: process.env.GEODL_PROFILE ?? "tutorial" },
    committed: { type: "boolean", default: false },
    from: { type: "string" },
    out: { type: "string" },
    "no-api": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const root = process.cwd();
  const out = resolve(values.out ?? ".site");
  const start = performance.now();
  const isRun = !values.committed && values.from === undefined;
  const notebooks = isRun ? runCourse(root, values.profile) : values.from && resolve(values.from);
  const note = isRun
    ? `Outputs of a run in the ${values.profile} profile.`
    : "Outputs of the run that this site was made from.";
  const { pages, apiPages } = await build(root, out, {
    api: values["no-api"] !== true,
    ...(notebooks ? { notebooks, note } : {}),
  });
  const bytes = readdirSync(out, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + statSync(join(out, name)).size,
    0,
  );
  console.log(
    `site: ${pages.length} pages, ${apiPages} of the API, ${(bytes / 1e6).toFixed(1)} MB in ${((performance.now() - start) / 1000).toFixed(0)} s: ${join(out, "index.html")}`,
  );
  const faults = linkFaults(out);
  for (const fault of faults) console.error(`site: ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
