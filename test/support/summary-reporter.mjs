import process from 'node:process';
import { DefaultReporter } from 'vitest/node';

/** Milliseconds between two lines of progress. */
const progressInterval = 30_000;

/**
 * Prints progress, the failures, and a last line `N passed, N failed`. Failed hooks and files that do
 * not load count as failures.
 */
export default class SummaryReporter extends DefaultReporter {
  #finishedFiles = 0;
  #printedAt = Date.now();

  constructor() {
    super({ summary: false });
    // The workerd pool writes a line for each WebSocket whose client disconnects, as tests do on purpose.
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      stream.write = (chunk, ...rest) =>
        `${chunk}`.includes('disconnected: WebSocket peer disconnected') || write(chunk, ...rest);
    }
  }

  printTestModule(module) {
    this.#finishedFiles += 1;
    if (module.state() === 'failed') this.log(`FAILED ${module.relativeModuleId}`);
    if (Date.now() - this.#printedAt < progressInterval) return;
    this.#printedAt = Date.now();
    this.log(`${this.#finishedFiles} test files finished`);
  }

  onTestRunEnd(modules, errors, reason) {
    super.onTestRunEnd(modules, errors, reason);
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      const count = (wanted) => states.filter((state) => state === wanted).length;
      passed += count('passed');
      failed += count('failed') || (module.state() === 'failed' ? 1 : 0);
      skipped += states.length - count('passed') - count('failed');
    }
    console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  }
}
