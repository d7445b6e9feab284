import type { AssertionKind, Expression } from './parse.ts';

/** An instruction of a program. Numbers are indexes of instructions. */
export type Instruction =
  | { readonly type: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly type: 'assertion'; readonly kind: AssertionKind }
  | { readonly type: 'split'; preferred: number; other: number }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'match' };

/** A repetition of a long part multiplies the program: `(a{100}){100}`. */
const maxParts = 2000;

/** Compiles an expression to a program. Throws a `SyntaxError` for a program that is too long. */
export function compile(expression: Expression): readonly Instruction[] {
  const program: Instruction[] = [];
  let writes = 0;

  function emit<I extends Instruction>(instruction: I): I {
    program.push(instruction);
    return instruction;
  }

  /** Emits a branch that enters what follows it, or leaves to the address that is set later. */
  function emitBranch(isGreedy: boolean): (exit: number) => void {
    const split = emit({ type: 'split', preferred: 0, other: 0 });
    const enter = program.length;
    if (isGreedy) split.preferred = enter;
    else split.other = enter;
    return (exit) => {
      if (isGreedy) split.other = exit;
      else split.preferred = exit;
    };
  }

  function write(part: Expression): void {
    // Also counts empty groups, which emit nothing.
    if (++writes > maxParts) throw new SyntaxError('It repeats too much');
    switch (part.type) {
      case 'character':
      case 'assertion':
        emit(part);
        return;
      case 'sequence':
        part.parts.forEach(write);
        return;
      case 'choice':
        return writeChoice(part.options);
      case 'repeat':
        return writeRepeat(part);
    }
  }

  function writeChoice(options: readonly Expression[]): void {
    const ends: { to: number }[] = [];
    options.forEach((option, index) => {
      const isLast = index === options.length - 1;
      const leave = isLast ? null : emitBranch(true);
      write(option);
      if (!isLast) ends.push(emit({ type: 'jump', to: 0 }));
      leave?.(program.length);
    });
    for (const end of ends) end.to = program.length;
  }

  function writeRepeat({ of, min, max, isGreedy }: Expression & { type: 'repeat' }): void {
    for (let count = 0; count < min; count++) write(of);
    if (max === Infinity) {
      const start = program.length;
      const leave = emitBranch(isGreedy);
      write(of);
      emit({ type: 'jump', to: start });
      leave(program.length);
      return;
    }
    const exits: ((exit: number) => void)[] = [];
    for (let count = min; count < max; count++) {
      exits.push(emitBranch(isGreedy));
      write(of);
    }
    for (const leave of exits) leave(program.length);
  }

  write(expression);
  emit({ type: 'match' });
  return program;
}
