// What is committed although a program made it: each weight file, golden file, journal and notebook, with the program that makes it again.
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { experimentModule, experimentNames, loadExperiment } from "../experiment/index.js";
import { readJournal, resultsOf } from "../experiment/journal.js";
import { taskKey } from "../experiment/types.js";
import { readSafetensors } from "../formats/index.js";

/** One program that an item runs. */
export interface Step {
  /** This package's command line, or the Python of .venv-peers. */
  readonly program: "geodl" | "peers";
  /** Its arguments as one types them to make the committed files themselves. */
  readonly typed: readonly string[];
  /** Its arguments to write into the folder `made`, which is laid out like the project's.
   *  @param jobs Processes side by side; default one a core. */
  args(made: string, jobs?: number): readonly string[] | Promise<readonly string[]>;
}

/** Committed files and what makes them. */
export interface Item {
  /** For example "weights/denoiser". */
  readonly name: string;
  /** Paths from the project's folder. */
  readonly files: readonly string[];
  readonly steps: readonly Step[];
  /** Expected minutes on two cores. */
  readonly minutes: number;
  /** Files that no run makes twice alike, and why. */
  readonly varies?: Readonly<Record<string, string>>;
  /** Copies into the folder `made` what the steps read there. */
  prepare?(made: string): void;
}

const names = (folder: string, ending: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .sort()
    : [];

/** CPU minutes of the trainings on one thread (docs/decisions.md); what is not here is taken for ten. */
const trainingMinutes: Readonly<Record<string, number>> = {
  denoiser: 24,
  firstbreak: 8,
  fno: 34,
  groundroll: 9,
  interpolator: 34,
  picker: 8,
};

function weights(root: string): Item[] {
  return names(join(root, "data", "weights"), ".safetensors").map((file) => {
    const name = file.slice(0, -".safetensors".length);
    const path = join("data", "weights", file);
    const { command = "" } = readSafetensors(readFileSync(join(root, path))).metadata;
    const typed = command.split(" ").slice(1);
    return {
      name: `weights/${name}`,
      files: [path],
      minutes: trainingMinutes[name] ?? 10,
      steps: [
        {
          program: "geodl",
          typed,
          args(made) {
            const out = join(made, path);
            return [...typed, "--out", out, ...(existsSync(`${out}.checkpoint`) ? ["--resume"] : [])];
          },
        },
      ],
    };
  });
}

/** The makers of each folder of golden files, in order; "scoring" stands for the folder of the protocols' scorers beside GEODL_DATA. */
const makers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ".": [["make.py"]],
  dictionary: [["make.py"]],
  formats: [["make.py"]],
  hdf5: [["make.py"]],
  nn: [["make.py"], ["make_layers.py"], ["make_pickers.py"]],
  picks: [["make.py", "scoring"], ["make_annotate.py"]],
  rng: [["make.py"], ["make-tables.py"]],
  signal: [["make.py"]],
  wave: [["make.py"]],
  weights: [["make.py"]],
};

/** Golden files that lie elsewhere, by the folder of their maker. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  rng: [join("src", "core", "rng-tables.ts")],
};

const addresses =
  "PyTorch's old format names its parts by their places in memory; what is in it is in expected.json";
const varying: Readonly<Record<string, string>> = {
  [join("test", "golden", "weights", "legacy.pt")]: addresses,
  [join("test", "golden", "weights", "evil-legacy.pt")]: addresses,
};

function golden(root: string): Item[] {
  const base = join("test", "golden");
  return Object.entries(makers).map(([folder, scripts]) => {
    const inside = join(base, folder);
    const files = readdirSync(join(root, inside), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".py"))
      .map((entry) => join(inside, entry.name))
      .sort();
    return {
      name: folder === "." ? "golden" : `golden/${folder}`,
      files: [...files, ...(elsewhere[folder] ?? [])],
      minutes: 0.3,
      varies: varying,
      steps: scripts.map(([script, ...more]) => ({
        program: "peers",
        typed: [join(inside, script!), ...more],
        args: () => [
          join(inside, script!),
          ...more.map((name) => join(dirname(process.env.GEODL_DATA ?? "."), name)),
        ],
      })),
      prepare(made) {
        const isMaker = (path: string) => !/\.[a-z0-9]+$/.test(path) || path.endsWith(".py");
        for (const part of [base, join("test", "peers")])
          cpSync(join(root, part), join(made, part), { recursive: true, filter: isMaker });
      },
    };
  });
}

/** The smallest number of seeds with which an experiment's tasks hold those that are committed.
 *  @throws Error where its tasks need data that are missing. */
async function seedsOf(name: string, journal: string): Promise<number> {
  const experiment = await loadExperiment(experimentModule(name));
  const wanted = [...resultsOf(readJournal(journal)).keys()];
  let best = { seeds: experiment.seeds, held: -1 };
  for (let seeds = 1; seeds <= 10; seeds++) {
    const tasks = await experiment.tasks({ profile: "tutorial", seeds });
    const keys = new Set(tasks.map((task) => taskKey(task)));
    const held = wanted.filter((key) => keys.has(key)).length;
    if (held > best.held) best = { seeds, held };
  }
  return best.seeds;
}

function experiments(root: string): Item[] {
  return experimentNames.map((name) => {
    const path = join("data", "experiments", `${name}.jsonl`);
    const entries = [...resultsOf(readJournal(join(root, path))).values()];
    const cpu = entries.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      name: `experiments/${name}`,
      files: existsSync(join(root, path)) ? [path] : [],
      minutes: cpu / 60 / availableParallelism(),
      steps: [
        {
          program: "geodl",
          typed: ["experiment", name, "--profile", "tutorial", "--keep"],
          async args(made, jobs) {
            const journal = join(made, path);
            const seeds = await seedsOf(name, join(root, path));
            const start = ["experiment", name, "--profile", "tutorial", "--seeds", String(seeds)];
            if (jobs !== undefined) start.push("--jobs", String(jobs));
            // without a journal of its own --resume would begin with the committed one
            return [...start, "--journal", journal, ...(existsSync(journal) ? ["--resume"] : [])];
          },
        },
      ],
    };
  });
}

function notebooks(root: string): Item[] {
  const folder = join(root, "notebooks");
  const pictures = names(join(folder, "images"), ".png");
  return names(folder, ".ipynb").map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const shown = pictures.filter((picture) => text.includes(`](images/${picture})`));
    const path = join("notebooks", file);
    return {
      name: `notebooks/${/^\d\d/.exec(file)?.[0] ?? file.slice(0, -".ipynb".length)}`,
      files: [path, ...shown.map((picture) => join("notebooks", "images", picture))],
      minutes: 2,
      steps: [
        {
          program: "geodl",
          typed: ["notebooks", path, "--update"],
          args: (made) => ["notebooks", join(made, path), "--profile", "tutorial", "--update"],
        },
      ],
      prepare: (made) => cpSync(join(root, path), join(made, path)),
    };
  });
}

/** Everything that `geodl reproduce` makes again, in the order in which it does: the quick ones first.
 *
 *  @param root The project's folder.
 *  @returns Golden files, journals, notebooks, weights. */
export function reproducible(root: string): readonly Item[] {
  return [...golden(root), ...experiments(root), ...notebooks(root), ...weights(root)];
}
