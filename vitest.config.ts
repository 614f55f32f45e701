import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const dist = fileURLToPath(new URL("./dist", import.meta.url));

// Tests import the built package, by the names that users import.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^geodl$/, replacement: `${dist}/index.js` },
      { find: /^geodl\/(.+)$/, replacement: `${dist}/$1/index.js` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    server: { deps: { external: [/\/dist\//, /node_modules/] } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
