/** Tests one character. */
export type CharacterTest = (character: string) => boolean;

export type Node =
  | { readonly type: 'character'; readonly test: CharacterTest }
  | { readonly type: 'assertion'; readonly kind: '^' | '$' | 'b' | 'B' }
  | { readonly type: 'sequence' | 'alternatives'; readonly nodes: readonly Node[] }
  | { readonly type: 'look'; readonly node: Node; readonly behind: boolean; readonly not: boolean }
  | {
    readonly type: 'repeat';
    readonly node: Node;
    readonly min: number;
    readonly max: number;
    readonly lazy: boolean;
  };

const escape = /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\c[a-z]|\\[^1-9k]/.source;
const atom = new RegExp(`^(?:\\[(?:\\\\[^]|[^\\]\\\\])*\\]|${escape}|[^\\\\])`, 'iu');
/** With the flag `v`, a class contains other classes: here, of two levels. */
const atomOfSets = (() => {
  const inner = '(?:\\\\[^]|[^[\\]\\\\])*';
  const nested = `(?:\\\\[^]|[^[\\]\\\\]|\\[${inner}\\])*`;
  const outer = `(?:\\\\[^]|[^[\\]\\\\]|\\[${nested}\\])*`;
  return new RegExp(`^(?:\\[${outer}\\]|${escape}|[^\\\\])`, 'iu');
})();

/** Parses the source of a regular expression. A back reference counts as any one character. */
export class PatternParser {
  readonly #source: string;
  readonly #pattern: RegExp;
  #at = 0;

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
    this.#source = pattern.source;
  }

  parse(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw new SyntaxError(`Cannot parse ${this.#source}`);
    return node;
  }

  #alternatives(): Node {
    const nodes = [this.#sequence()];
    while (this.#skip('|')) nodes.push(this.#sequence());
    return { type: 'alternatives', nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#source.length && !/^[|)]/.test(this.#rest())) nodes.push(this.#term());
    return { type: 'sequence', nodes };
  }

  #term(): Node {
    const node = this.#atom();
    const [whole, symbol, min, comma, max] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(this.#rest()) ??
      [];
    if (whole === undefined) return node;
    this.#at += whole.length;
    const least = symbol === undefined ? Number(min) : symbol === '+' ? 1 : 0;
    const most = symbol === undefined
      ? comma === '' ? least : max === '' ? Infinity : Number(max)
      : symbol === '?'
      ? 1
      : Infinity;
    if (most === Infinity && canBeEmpty(node)) {
      throw new SyntaxError(`Cannot count ${this.#source}: it repeats what may be empty`);
    }
    return { type: 'repeat', node, min: least, max: most, lazy: this.#skip('?') };
  }

  #atom(): Node {
    const rest = this.#rest();
    const [group] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(rest) ?? [];
    if (group !== undefined) {
      this.#at += group.length;
      const node = this.#alternatives();
      if (!this.#skip(')')) throw new SyntaxError(`Cannot parse ${this.#source}`);
      if (!/^\(\?<?[=!]$/.test(group)) return node;
      return { type: 'look', node, behind: group.includes('<'), not: group.includes('!') };
    }
    const [assertion] = /^(?:\\[bB]|[\^$])/.exec(rest) ?? [];
    if (assertion !== undefined) {
      this.#at += assertion.length;
      return { type: 'assertion', kind: assertion.at(-1) as '^' | '$' | 'b' | 'B' };
    }
    const [reference] = /^\\[1-9]/.exec(rest) ?? [];
    if (reference !== undefined) {
      this.#at += reference.length;
      return { type: 'character', test: () => true };
    }
    const [source] = (this.#pattern.flags.includes('v') ? atomOfSets : atom).exec(rest) ?? [];
    if (source === undefined) throw new SyntaxError(`Cannot parse ${this.#source}`);
    this.#at += source.length;
    return { type: 'character', test: this.#testFor(source) };
  }

  #testFor(source: string): CharacterTest {
    const pattern = new RegExp(`^(?:${source})$`, this.#pattern.flags.replace(/[gymd]/g, ''));
    const results = new Map<string, boolean>();
    return (character) => {
      let result = results.get(character);
      if (result === undefined) results.set(character, result = pattern.test(character));
      return result;
    };
  }

  #rest(): string {
    return this.#source.slice(this.#at);
  }

  #skip(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function canBeEmpty(node: Node): boolean {
  switch (node.type) {
    case 'character':
      return false;
    case 'assertion':
    case 'look':
      return true;
    case 'sequence':
      return node.nodes.every(canBeEmpty);
    case 'alternatives':
      return node.nodes.some(canBeEmpty);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.node);
  }
}
