/**
 * Counts the steps that a search with a regular expression takes in a backtracking engine without any
 * optimization. Engines optimize some patterns, but none guarantees that.
 */
import { PatternParser } from './pattern-parser.ts';
import { type Instruction, programOf } from './pattern-program.ts';

type Program = readonly Instruction[];

/** By flags and source. */
const programs = new Map<string, Program>();

/** The steps of the search from `from` up to the first match or the end. */
export function patternSteps(pattern: RegExp, text: string, from: number): number {
  const key = `${pattern.flags}/${pattern.source}`;
  let program = programs.get(key);
  if (!program) {
    programs.set(key, program = programOf(new PatternParser(pattern).parse(), { behind: false }));
  }
  const engine = new Engine(text, pattern);
  const isAnchored = pattern.sticky || startsWithAnchor(pattern);
  const last = isAnchored ? from : text.length;
  for (let start = from; start <= last; start++) {
    if (engine.run(program, start, { behind: false })) break;
  }
  return engine.steps;
}

/** Every engine tries such a pattern at one place only. */
function startsWithAnchor({ source, multiline }: RegExp): boolean {
  return source.startsWith('^') && !multiline && !hasAlternatives(source);
}

function hasAlternatives(source: string): boolean {
  let depth = 0;
  let isClass = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === '\\') i++;
    else if (isClass) isClass = character !== ']';
    else if (character === '[') isClass = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

interface Choice {
  readonly at: number;
  readonly position: number;
  readonly rounds: readonly number[];
}

class Engine {
  steps = 0;
  readonly #text: string;
  readonly #isUnicode: boolean;
  readonly #isMultiline: boolean;

  constructor(text: string, { unicode, multiline }: RegExp) {
    this.#text = text;
    this.#isUnicode = unicode;
    this.#isMultiline = multiline;
  }

  run(program: Program, start: number, { behind }: { readonly behind: boolean }): boolean {
    /** Where to go on after a failure. */
    const choices: Choice[] = [];
    let at = 0;
    let position = start;
    /** The rounds of each counted loop. Choices share it: it is copied when it changes. */
    let rounds: readonly number[] = [];
    for (;;) {
      this.steps++;
      const instruction = program[at] as Instruction;
      let isMatch = true;
      at++;
      switch (instruction.type) {
        case 'match':
          return true;
        case 'jump':
          at = instruction.to;
          break;
        case 'split':
          choices.push({ at: instruction.second, position, rounds });
          at = instruction.first;
          break;
        case 'start':
          rounds = withCount(rounds, instruction.loop, 0);
          break;
        case 'round': {
          const { loop, min, max, lazy, exit } = instruction;
          const count = rounds[loop] as number;
          if (count >= max) {
            at = exit;
            break;
          }
          const next = withCount(rounds, loop, count + 1);
          if (count < min) rounds = next;
          else if (lazy) {
            choices.push({ at, position, rounds: next });
            at = exit;
          } else {
            choices.push({ at: exit, position, rounds });
            rounds = next;
          }
          break;
        }
        case 'assertion':
          isMatch = this.#holds(instruction.kind, position);
          break;
        case 'look':
          isMatch = this.run(instruction.program, position, instruction) !== instruction.not;
          break;
        case 'character': {
          const character = behind ? this.#before(position) : this.#after(position);
          isMatch = character !== '' && instruction.test(character);
          position += behind ? -character.length : character.length;
        }
      }
      if (isMatch) continue;
      const choice = choices.pop();
      if (choice === undefined) return false;
      ({ at, position, rounds } = choice);
    }
  }

  #after(position: number): string {
    const pair = this.#isUnicode && (this.#text.codePointAt(position) ?? 0) > 0xffff;
    return this.#text.substring(position, position + (pair ? 2 : 1));
  }

  #before(position: number): string {
    const pair = this.#isUnicode && (this.#text.codePointAt(position - 2) ?? 0) > 0xffff;
    return this.#text.substring(position - (pair ? 2 : 1), position);
  }

  #holds(kind: '^' | '$' | 'b' | 'B', position: number): boolean {
    const [before, after] = [this.#text[position - 1], this.#text[position]];
    switch (kind) {
      case '^':
        return before === undefined || this.#isMultiline && isLineBreak(before);
      case '$':
        return after === undefined || this.#isMultiline && isLineBreak(after);
      default:
        return (isWord(before) !== isWord(after)) === (kind === 'b');
    }
  }
}

function isLineBreak(character: string): boolean {
  return '\n\r\u2028\u2029'.includes(character);
}

function isWord(character = ' '): boolean {
  return /^\w$/.test(character);
}

function withCount(rounds: readonly number[], loop: number, count: number): readonly number[] {
  const changed = [...rounds];
  changed[loop] = count;
  return changed;
}
