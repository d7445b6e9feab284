/** Ends every run with `N passed, N failed`. Failed hooks and files that do not load count too. */
export default class ClosingLine {
  onTestRunEnd(modules, errors) {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      const bad = states.filter((state) => state === 'failed').length;
      passed += states.filter((state) => state === 'passed').length;
      skipped += states.length - bad - states.filter((state) => state === 'passed').length;
      failed += bad || (module.state() === 'failed' ? 1 : 0);
    }
    console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  }
}
