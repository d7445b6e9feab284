import type { CharacterTest, Node } from './pattern-parser.ts';

export type Instruction =
  | { readonly type: 'character'; readonly test: CharacterTest }
  | { readonly type: 'assertion'; readonly kind: '^' | '$' | 'b' | 'B' }
  | {
    readonly type: 'look';
    readonly program: Program;
    readonly behind: boolean;
    readonly not: boolean;
  }
  /** Goes on at `first`, and at `second` when that fails. */
  | { readonly type: 'split'; first: number; second: number }
  /** Starts counting the rounds of a loop. */
  | { readonly type: 'start'; readonly loop: number }
  /** Begins another round of a counted loop, or leaves it. */
  | {
    readonly type: 'round';
    readonly loop: number;
    readonly min: number;
    readonly max: number;
    readonly lazy: boolean;
    exit: number;
  }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'match' };

type Program = readonly Instruction[];

/** Longer repeats are counted: copies of nested ones would take too much memory. */
const maxCopies = 4;

/** The program of a pattern. `behind`: for one that reads from the end to the start. */
export function programOf(node: Node, { behind }: { readonly behind: boolean }): Program {
  return new Compiler(behind).compile(node);
}

class Compiler {
  readonly #behind: boolean;
  readonly #program: Instruction[] = [];
  #loops = 0;

  constructor(behind: boolean) {
    this.#behind = behind;
  }

  compile(node: Node): Program {
    this.#add(node);
    this.#program.push({ type: 'match' });
    return this.#program;
  }

  #add(node: Node): void {
    switch (node.type) {
      case 'character':
      case 'assertion':
        this.#program.push(node);
        return;
      case 'look':
        this.#program.push({ ...node, program: programOf(node.node, node) });
        return;
      case 'sequence':
        for (const part of this.#behind ? node.nodes.toReversed() : node.nodes) this.#add(part);
        return;
      case 'alternatives':
        return this.#addAlternatives(node.nodes);
      case 'repeat':
        return this.#addRepeat(node);
    }
  }

  #addAlternatives([first, ...others]: readonly Node[]): void {
    if (first === undefined) return;
    if (others.length === 0) return this.#add(first);
    const split = this.#addSplit();
    this.#add(first);
    const jump = { type: 'jump' as const, to: 0 };
    this.#program.push(jump);
    split.second = this.#program.length;
    this.#addAlternatives(others);
    jump.to = this.#program.length;
  }

  #addRepeat(repeat: Node & { type: 'repeat' }): void {
    const { node, min, max, lazy } = repeat;
    if (min > maxCopies || max > min + maxCopies && max !== Infinity) {
      return this.#addCounted(repeat);
    }
    for (let i = 0; i < min; i++) this.#add(node);
    if (max === Infinity) return this.#addLoop(node, { lazy });
    for (let i = min; i < max; i++) {
      const split = this.#addSplit();
      this.#add(node);
      split[lazy ? 'first' : 'second'] = this.#program.length;
    }
  }

  #addLoop(node: Node, { lazy }: { readonly lazy: boolean }): void {
    const start = this.#program.length;
    const split = this.#addSplit();
    this.#add(node);
    this.#program.push({ type: 'jump', to: start });
    split[lazy ? 'first' : 'second'] = this.#program.length;
  }

  #addCounted({ node, min, max, lazy }: Node & { type: 'repeat' }): void {
    const loop = this.#loops++;
    this.#program.push({ type: 'start', loop });
    const start = this.#program.length;
    const round = { type: 'round' as const, loop, min, max, lazy, exit: 0 };
    this.#program.push(round);
    this.#add(node);
    this.#program.push({ type: 'jump', to: start });
    round.exit = this.#program.length;
  }

  #addSplit() {
    const next = this.#program.length + 1;
    const split = { type: 'split' as const, first: next, second: next };
    this.#program.push(split);
    return split;
  }
}
