import type { EditorState, Transaction } from 'prosemirror-state';

/** A change that is applied when the user types the last character of a pattern. */
export interface InputRule {
  readonly pattern: RegExp;
  /** Builds the change for a state that contains the typed text. Null leaves the text as it is. */
  apply(state: EditorState, match: RegExpExecArray, from: number, to: number): Transaction | null;
}
