import { compile, type Instruction } from './compile.ts';
import { type AssertionKind, parse } from './parse.ts';

/** Steps that a search may still take. A search with no steps left ends early. */
export interface StepBudget {
  left: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The instructions that wait for the next character, best first, and where their matches started. */
interface Threads {
  readonly instructions: number[];
  readonly starts: number[];
}

/**
 * A regular expression that finds the same as the browser's, in bounded time. The browser's backtracks: a
 * pattern such as `(a+)+$` could stop the page for hours. This one follows all ways at once, in at most
 * one visit of each instruction for each character. Threads are ordered as a backtracking search tries them.
 *
 * @see https://swtch.com/~rsc/regexp/regexp2.html
 */
export class RegularExpression {
  readonly #program: readonly Instruction[];
  /** The place at which each instruction was added last. */
  readonly #addedAt: Int32Array;

  /** Throws a `SyntaxError` for a pattern that is invalid or not supported: see {@link parse}. */
  constructor(pattern: string, { ignoreCase }: { readonly ignoreCase: boolean }) {
    this.#program = compile(parse(pattern, ignoreCase ? 'iu' : 'u'));
    this.#addedAt = new Int32Array(this.#program.length);
  }

  /** All matches that are not empty, without overlaps; fewer if the budget runs out. */
  findAll(text: string, budget: StepBudget): Range[] {
    const found: Range[] = [];
    let start = 0;
    while (start < text.length) {
      const range = this.#findFrom(text, start, budget);
      if (range === null) break;
      found.push(range);
      start = range.to;
    }
    return found;
  }

  #findFrom(text: string, start: number, budget: StepBudget): Range | null {
    let threads: Threads = { instructions: [], starts: [] };
    let next: Threads = { instructions: [], starts: [] };
    let best: Range | null = null;
    this.#addedAt.fill(-1);
    budget.left -= this.#addedAt.length;
    for (let at = start, end = start; at <= text.length; at = end) {
      // A later start is worth less than any thread.
      if (best === null) this.#add(threads, 0, at, text, at);
      else if (threads.instructions.length === 0) break;
      budget.left -= threads.instructions.length + 1;
      if (budget.left <= 0) return null;
      const code = text.codePointAt(at) ?? -1;
      end = code > 0xffff ? at + 2 : at + 1;
      next.instructions.length = 0;
      next.starts.length = 0;
      for (let index = 0; index < threads.instructions.length; index++) {
        const pc = threads.instructions[index] ?? 0;
        const from = threads.starts[index] ?? at;
        const instruction = this.#program[pc];
        if (instruction?.type === 'character') {
          if (code >= 0 && instruction.matches(code)) this.#add(next, pc + 1, from, text, end);
        } else if (from < at) {
          // Worse threads end here, as in a backtracking search. An empty match is none.
          best = { from, to: at };
          break;
        }
      }
      [threads, next] = [next, threads];
    }
    return best;
  }

  /** Adds the instructions that can be reached without a character, best first. */
  #add(threads: Threads, pc: number, start: number, text: string, at: number): void {
    if (this.#addedAt[pc] === at) return;
    this.#addedAt[pc] = at;
    const instruction = this.#program[pc];
    switch (instruction?.type) {
      case 'jump':
        this.#add(threads, instruction.to, start, text, at);
        break;
      case 'split':
        this.#add(threads, instruction.preferred, start, text, at);
        this.#add(threads, instruction.other, start, text, at);
        break;
      case 'assertion':
        if (holds(instruction.kind, text, at)) this.#add(threads, pc + 1, start, text, at);
        break;
      case 'character':
      case 'match':
        threads.instructions.push(pc);
        threads.starts.push(start);
    }
  }
}

function holds(kind: AssertionKind, text: string, at: number): boolean {
  const before = text[at - 1];
  const after = text[at];
  switch (kind) {
    case 'line-start':
      return before === undefined || before === '\n';
    case 'line-end':
      return after === undefined || after === '\n';
    default:
      return (isWord(before) !== isWord(after)) === (kind === 'boundary');
  }
}

function isWord(unit: string | undefined): boolean {
  return unit !== undefined && /\w/.test(unit);
}
