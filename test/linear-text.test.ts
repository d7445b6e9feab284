/**
 * Counts the steps of everything that reads text of any length, for hostile texts. Steps, not time: a
 * result is the same on every machine. `EDGEPAD_LINEAR=1` also counts texts of up to 1 MiB.
 */
// First, so that everything else is counted.
import {
  countSteps,
  expectLinear,
  isThorough,
  type Searches,
} from './support/steps/count-steps.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { addressRule, inlineRules } from '../web/editor/typing/inline-rules.ts';
import { fenceRule, lineRules } from '../web/editor/typing/line-rules.ts';
import { documentOfText } from './support/steps/hostile-documents.ts';
import { hostilePatterns, repeated } from './support/steps/hostile-texts.ts';
import { otherFunctions } from './support/steps/other-functions.ts';
import { patternSteps } from './support/steps/pattern-steps.ts';
import { documentRoutines, textRoutines } from './support/steps/text-routines.ts';

type StepsFor = (texts: readonly string[], searches: Searches) => number;

/** Counts the steps for each pattern. Between two letters: white space is then not at the ends. */
function expectLinearForEach(stepsFor: StepsFor): void {
  for (const pattern of hostilePatterns) {
    expectLinear(
      (size, searches) => stepsFor([`x${repeated(pattern, size)}x`], searches),
      { of: JSON.stringify(pattern), from: 512, to: 2048 },
    );
  }
}

/**
 * Counts the steps for all patterns together, because each count takes milliseconds. For work of few
 * steps: one pattern that takes n² steps then exceeds the sum of the others.
 */
function expectLinearForAll(stepsFor: StepsFor): void {
  if (isThorough) return expectLinearForEach(stepsFor);
  expectLinear((size, searches) => {
    return stepsFor(hostilePatterns.map((pattern) => `x${repeated(pattern, size)}x`), searches);
  }, { of: 'all patterns', from: 2048, to: 8192 });
}

/** Each of these takes more steps for a character than the others together. */
const expensive = [
  'content/read-markdown.ts readMarkdown',
  'worker/core/render/formats.ts readDocument',
];

describe('[P8] what reads a text takes steps in proportion to it, also when it is hostile', () => {
  test.each(Object.entries(textRoutines))('%s', (name, prepare) => {
    const check = expensive.includes(name) ? expectLinearForEach : expectLinearForAll;
    check((texts, searches) => {
      const works = texts.map(prepare);
      return countSteps(() => works.forEach((work) => work()), searches);
    });
  }, 600_000);
});

describe('[R8] what renders a document takes steps in proportion to its text', () => {
  test.each(Object.entries(documentRoutines))('%s', (name, prepare) => {
    const check = expensive.includes(name) ? expectLinearForEach : expectLinearForAll;
    check((texts, searches) => {
      const works = texts.map((text) => prepare(documentOfText(text)));
      return countSteps(() => works.forEach((work) => work()), searches);
    });
  }, 600_000);
});

test('[E5] tries an input rule on at most 500 characters, in few steps', () => {
  for (const pattern of hostilePatterns) {
    const before = repeated(pattern, 500);
    for (const rule of [...lineRules, ...inlineRules, fenceRule, addressRule]) {
      expect(patternSteps(rule.pattern, before, 0), pattern).toBeLessThan(2_000_000);
    }
  }
});

const folders = [
  'content',
  'protocol',
  'protocol/text',
  'worker/core/render',
  'worker/core/render/blocks',
  'web/editor/binding',
  'web/editor/commands',
  'web/editor/import',
  'web/editor/model',
  'web/editor/paste',
  'web/editor/search',
  'web/editor/typing',
  'web/provider/recovery',
  'web/viewer',
];

/** Types of parameters that may contain text of any length. */
const textType =
  /\b(?:string|Y\.(?:Doc|Xml\w+|Text|Transaction)|YjsType|Content|Block|Inline|Entry|Fragment|Slice|Node|EditorState|Transaction|Step|OrphanedText|SearchQuery)\b/;

/** Types of the DOM, which Node does not have: what takes them is not counted. */
const domType = /\b(?:Element|ChildNode|EditorView|\w+Event)\b/;

/** The exported functions of a file that take a text, its commands and its classes. */
function exportsOf(source: string): string[] {
  const names: string[] = [];
  const functions = source.matchAll(
    /^export (?:async )?function\*? (\w+)[^(]*\(([^]*?)\n?\)(?:: (\S+)| \{)/gm,
  );
  for (const [, name = '', parameters = '', result] of functions) {
    if (domType.test(parameters)) continue;
    if (textType.test(parameters) || result === 'Command') names.push(name);
  }
  for (const [, command] of source.matchAll(/^export const (\w+)(?:: Command| = \()/gm)) {
    names.push(command as string);
  }
  for (const [, name] of source.matchAll(/^export (?:abstract )?class (\w+)/gm)) {
    names.push(name as string);
  }
  return names;
}

test('[P8] every exported function that reads text has a case here, or a reason', () => {
  const listed = [...Object.keys(textRoutines), ...Object.keys(documentRoutines)];
  for (const files of Object.values(otherFunctions)) {
    for (const [file, names] of Object.entries(files)) {
      listed.push(...names.split(' ').map((name) => `${file} ${name}`));
    }
  }
  const root = new URL('..', import.meta.url);
  const found = folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root)).filter((file) => file.endsWith('.ts')).flatMap((
      file,
    ) =>
      exportsOf(readFileSync(new URL(`${folder}/${file}`, root), 'utf8'))
        .map((name) => `${folder}/${file} ${name}`)
    )
  );
  expect(found.filter((name) => !listed.includes(name)), 'without a case').toEqual([]);
  expect(listed.filter((name) => !found.includes(name)), 'without a function').toEqual([]);
});
