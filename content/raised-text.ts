const raised = 'abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW0123456789+-=()';
const raisedTo = [
  ...'ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾',
];
const lowered = 'aehijklmnoprstuvx0123456789+-=()';
const loweredTo = [...'ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎'];

const tables = { sup: tableOf(raised, raisedTo), sub: tableOf(lowered, loweredTo) };

function tableOf(from: string, to: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...from].map((character, i) => [character, to[i] ?? character]));
}

/** The most characters that are raised or lowered one by one. Longer texts are not legible so. */
const maxLength = 12;

/**
 * Writes the text of `<sup>` or `<sub>` with the raised or lowered characters of Unicode: `10⁶`, `H₂O`.
 * Where these lack a character it is `^(n/2)` or `_(n/2)`, and `isExact` is false. Brackets around the
 * text, as footnotes have them, need neither.
 */
export function shiftText(
  text: string,
  shift: 'sup' | 'sub',
): { readonly text: string; readonly isExact: boolean } {
  const trimmed = text.trim();
  if (trimmed === '' || /^\[[^[\]]*\]$/.test(trimmed)) return { text, isExact: true };
  const characters = [...trimmed];
  const table = tables[shift];
  if (characters.length <= maxLength && characters.every((character) => table.has(character))) {
    return { text: characters.map((character) => table.get(character)).join(''), isExact: true };
  }
  const sign = shift === 'sup' ? '^' : '_';
  return { text: characters.length === 1 ? sign + trimmed : `${sign}(${trimmed})`, isExact: false };
}
