// A vitest reporter that ends the run with one plain line of totals, for continuous integration and people in a
// hurry. Used after the default reporter; relies on vitest's reporter interface only.
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Errors outside any test: a file that does not load, a hook that throws. */
const errorsAround = (module: TestModule): number => {
  let errors = module.errors().length;
  for (const suite of module.children.allSuites()) errors += suite.errors().length;
  return errors;
};

export default class ClosingLineReporter implements Reporter {
  /** Prints `N passed, N failed, N skipped`; whatever else makes the run fail counts as failed. */
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      totals.failed += errorsAround(module);
      for (const test of module.children.allTests()) totals[test.result().state] += 1;
    }
    // A test still pending at the end was never run: an interrupted run, or a file that crashed.
    const failed = totals.failed + totals.pending;
    console.log(
      `${String(totals.passed)} passed, ${String(failed)} failed, ${String(totals.skipped)} skipped`,
    );
  }
}
