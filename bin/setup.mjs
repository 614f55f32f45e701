// Sets up whatever is missing, inside the project's folder only; `node bin/setup.mjs --help` says more.
// It parses on any Node, so that an old one gets one clear line, and loads the rest afterwards.
import("./setup/node.mjs")
  .then((node) => {
    const problem = node.nodeProblem(process.version);
    if (problem) {
      console.error(`set-up: ${problem}`);
      return 1;
    }
    return import("./setup/main.mjs").then((main) => main.main(process.argv.slice(2)));
  })
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error("set-up: a fault of its own:", error);
      process.exitCode = 1;
    },
  );
