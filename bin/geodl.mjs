#!/usr/bin/env node
// The command line's door: runs before anything is installed, so it imports nothing and only looks whether set-up has been.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
} else {
  console.error("geodl: not set up yet; run `npm start`, or `node bin/setup.mjs` in the project's folder");
  process.exitCode = 1;
}
