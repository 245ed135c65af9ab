/** Ends a run with `N passed, N failed` on a line of its own, for CI and for people who read only the end. */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numRuntimeErrorTestSuites: broken,
      numPendingTests: skipped,
    } = results;
    const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
    process.once('exit', () => process.stdout.write(`\n${passed} passed, ${failed + broken} failed${rest}\n`));
  }
}
