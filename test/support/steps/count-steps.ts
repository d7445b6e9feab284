/**
 * Counts the steps that code takes: a number that is the same on every machine and in every run, other
 * than a time. Import this module before the code to be counted: V8 counts only functions that it
 * compiles afterwards.
 *
 * It counts
 * - each entry of a basic block, in the code and in the libraries it uses (V8's block coverage);
 * - the steps of each search with a regular expression, as `patternSteps` does; in texts of more than
 *   `maxExact` characters only the characters from the start of the search to its end;
 * - for the methods of strings and arrays in `costs`, the elements that they may touch.
 *
 * It does not count how strings that were concatenated are flattened, other built-in functions (`Map`,
 * `JSON`, spread syntax, the DOM), and the garbage collector. It finds only what the texts that it is
 * given bring about.
 */
import { Session } from 'node:inspector';
import process from 'node:process';
import { expect } from 'vitest';
import { patternSteps } from './pattern-steps.ts';

const KiB = 1024;
const maxExact = 40 * KiB;
/** Growth beyond this is not linear. Hash tables and sorting grow a little faster than their input. */
const maxExcess = 1.3;

/** The modules that count, which are not counted. */
const counters = /\/support\/steps\/(?:count|pattern)-/;

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const session = new Session();
session.connect();

function post(method: string, parameters = {}): unknown {
  let result: unknown;
  // Commands of the profiler complete before `post` returns.
  session.post(method, parameters, (error, value) => {
    if (error) throw error;
    result = value;
  });
  return result;
}

post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** Whether to count the steps for texts of up to 1 MiB too. That takes minutes. */
export const isThorough = process.env.EDGEPAD_LINEAR === '1';

interface Growth {
  /** Names the texts when the test fails. */
  readonly of?: string;
  /** Sizes of the texts, in characters. */
  readonly from: number;
  readonly to: number;
}

/**
 * Expects that the steps for a size grow in proportion to it, with exact searches, and with
 * `EDGEPAD_LINEAR=1` also from 32 KiB to 1 MiB, without. In this order, because n² steps on 1 MiB take
 * hours.
 */
export function expectLinear(
  stepsFor: (size: number, searches: Searches) => number,
  { of = 'the text', from, to }: Growth,
): void {
  const growth = stepsFor(to, 'exact') / stepsFor(from, 'exact');
  expect(growth, `growth for ${of} from ${from} to ${to}`).toBeLessThan(to / from * maxExcess);
  if (!isThorough) return;
  const whole = stepsFor(1024 * KiB, 'length') / stepsFor(32 * KiB, 'length');
  expect(whole, `growth for ${of} from 32 KiB to 1 MiB`).toBeLessThan(32 * maxExcess);
}

/** How searches with regular expressions are counted. */
export type Searches = 'exact' | 'length';

/** Null while nothing is counted. */
let counting: { steps: number; readonly searches: Searches } | null = null;

/** The number of steps that `work` takes. */
export function countSteps(work: () => void, searches: Searches = 'exact'): number {
  post('Profiler.takePreciseCoverage');
  replaceMethods();
  const current = counting = { steps: 0, searches };
  try {
    work();
  } finally {
    restoreMethods();
    counting = null;
  }
  const { result } = post('Profiler.takePreciseCoverage') as Coverage;
  let blocks = 0;
  for (const { url, functions } of result) {
    if (counters.test(url)) continue;
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
  }
  return current.steps + blocks;
}

const { exec } = RegExp.prototype;
const { apply } = Reflect;

function countedExec(this: RegExp, text: string): RegExpExecArray | null {
  const from = this.global || this.sticky ? this.lastIndex : 0;
  const match = apply(exec, this, [text]) as RegExpExecArray | null;
  const current = counting;
  if (current === null) return match;
  if (current.searches === 'exact' && text.length <= maxExact) {
    // What the counting of steps calls is not counted.
    counting = null;
    current.steps += patternSteps(this, text, from);
    counting = current;
  } else {
    const end = match ? match.index + match[0].length : isTriedOnce(this) ? from : text.length;
    current.steps += Math.max(end - from, 0) + 1;
  }
  return match;
}

function isTriedOnce({ sticky, multiline, source }: RegExp): boolean {
  return sticky || source.startsWith('^') && !multiline;
}

type Method = (this: never, ...parameters: never[]) => unknown;
type Cost = (self: { readonly length: number }, result: unknown) => number;

const lengthOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 0;
/** What searches or copies all of it. */
const whole: Cost = (self) => self.length;
/** What copies only its result. */
const copied: Cost = (_, result) => lengthOf(result);
/** What refers to a part of a string and copies nothing. */
const referred: Cost = () => 1;
/** What searches up to the index that it returns. */
const searched: Cost = (self, index) => Number(index) < 0 ? self.length : Number(index);

const costs: readonly (readonly [object, Readonly<Record<string, Cost>>])[] = [
  [String.prototype, {
    slice: referred,
    substring: referred,
    repeat: copied,
    trim: whole,
    trimStart: whole,
    trimEnd: whole,
    includes: whole,
    indexOf: searched,
    lastIndexOf: whole,
    toLowerCase: whole,
    toUpperCase: whole,
    normalize: whole,
    split: whole,
    replace: whole,
    replaceAll: whole,
  }],
  [Array.prototype, {
    slice: copied,
    concat: copied,
    shift: whole,
    unshift: whole,
    splice: whole,
    reverse: whole,
    join: whole,
    includes: whole,
    indexOf: searched,
    lastIndexOf: whole,
  }],
];

const restores: (() => void)[] = [];

function replaceMethods(): void {
  for (const [prototype, methods] of costs) {
    for (const [name, cost] of Object.entries(methods)) replaceMethod(prototype, name, cost);
  }
  // The methods of strings call `exec` when it is not the built-in one.
  replace(RegExp.prototype, 'exec', countedExec);
}

function replaceMethod(prototype: object, name: string, cost: Cost): void {
  const original = Reflect.get(prototype, name) as Method;
  replace(prototype, name, function (this: { readonly length: number }, ...parameters: unknown[]) {
    // Of arrays that `splice` and `shift` change, the length before counts.
    const before = { length: this.length };
    const result: unknown = apply(original, this, parameters);
    if (counting === null) return result;
    // What searches for a pattern calls `exec`, which counts.
    if (!(parameters[0] instanceof RegExp)) {
      const skipped = name === 'indexOf' ? Number(parameters[1] ?? 0) : 0;
      counting.steps += Math.max(cost(before, result) - skipped, 0);
    }
    counting.steps++;
    return result;
  });
}

function replace(target: object, name: string, value: unknown): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name) ?? {};
  Object.defineProperty(target, name, { ...descriptor, value });
  restores.push(() => Object.defineProperty(target, name, descriptor));
}

function restoreMethods(): void {
  for (const undo of restores.splice(0)) undo();
}
