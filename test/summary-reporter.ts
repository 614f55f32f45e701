// Ends the run with one plain line, "tests: N passed, N failed, N skipped", and names what was skipped for want of data or tools.
import type { Reporter, TestModule } from "vitest/node";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // a hook or an import that throws fails the module, though none of its tests
      if (module.state() === "failed" && !tests.some((test) => test.result().state === "failed"))
        count.failed++;
      for (const test of tests) {
        const result = test.result();
        count[result.state]++;
        if (result.state === "skipped")
          skipped.push(`${test.fullName}${result.note ? `: ${result.note}` : ""}`);
      }
    }
    process.on("exit", () => {
      for (const line of skipped) console.log(`skipped  ${line}`);
      console.log(
        `tests: ${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped`,
      );
    });
  }
}
