import {
  Bold,
  Code,
  createElement,
  Heading1,
  Heading2,
  Heading3,
  type IconNode,
  Image,
  Italic,
  Link,
  List,
  ListIndentDecrease,
  ListIndentIncrease,
  ListOrdered,
  ListTodo,
  Redo2,
  SquareCode,
  Strikethrough,
  TextQuote,
  Underline,
  Undo2,
} from 'lucide';
import type { MarkType } from 'prosemirror-model';
import type { Command, EditorState } from 'prosemirror-state';
import { type LineKind, schema } from '../../../protocol/schema.ts';
import { asOneUndoStep, redo, undo } from '../binding/undo.ts';
import { selectedImage } from '../commands/images.ts';
import { isApple } from '../commands/is-apple.ts';
import { keysAsText } from '../commands/keys-as-text.ts';
import { linkAt } from '../commands/links.ts';
import { indentLines, outdentLines } from '../commands/indent-lines.ts';
import { toggleCodeBlock, toggleKind } from '../commands/set-kind.ts';
import { toggleMark } from '../commands/toggle-mark.ts';
import { isCodeBlock, isKind } from '../model/lines.ts';

/** A button of the toolbar. */
export interface ToolbarItem {
  readonly label: string;
  /** The shortcut as this platform writes it. */
  readonly keys?: string;
  readonly command: Command;
  /** For toggle buttons: whether the button is pressed. */
  readonly isActive?: (state: EditorState) => boolean;
  readonly opensDialog?: boolean;
  icon(): Element;
}

/** The buttons of the toolbar, in groups. `openLink` and `openImage` open their dialogs. */
export function toolbarItems(
  openLink: Command,
  openImage: Command,
): readonly (readonly ToolbarItem[])[] {
  const { bold, italic, underline, strike, code } = schema.marks;
  return [
    [
      { ...button('Undo', Undo2, 'Mod-Z'), command: undo },
      { ...button('Redo', Redo2, isApple ? 'Mod-Shift-Z' : 'Mod-Y'), command: redo },
    ],
    [
      kind('Heading 1', Heading1, 'h1', 'Mod-Alt-1'),
      kind('Heading 2', Heading2, 'h2', 'Mod-Alt-2'),
      kind('Heading 3', Heading3, 'h3', 'Mod-Alt-3'),
    ],
    [
      mark('Bold', Bold, bold, 'Mod-B'),
      mark('Italic', Italic, italic, 'Mod-I'),
      mark('Underline', Underline, underline, 'Mod-U'),
      mark('Strikethrough', Strikethrough, strike, 'Mod-Shift-X'),
      mark('Code', Code, code, 'Mod-E'),
      {
        ...button('Link', Link, 'Mod-K'),
        command: openLink,
        isActive: (state) => linkAt(state) !== null,
        opensDialog: true,
      },
    ],
    [
      kind('Bulleted list', List, 'bullet', 'Mod-Shift-8'),
      kind('Numbered list', ListOrdered, 'ordered', 'Mod-Shift-7'),
      kind('Task list', ListTodo, 'task', 'Mod-Shift-9'),
      {
        ...button('Decrease indent', ListIndentDecrease, 'Shift-Tab'),
        command: asOneUndoStep(outdentLines),
      },
      {
        ...button('Increase indent', ListIndentIncrease, 'Tab'),
        command: asOneUndoStep(indentLines),
      },
    ],
    [
      kind('Quote', TextQuote, 'quote', 'Mod-Shift-B'),
      {
        ...button('Code block', SquareCode, 'Mod-Alt-C'),
        command: asOneUndoStep(toggleCodeBlock),
        isActive: isCodeBlock,
      },
      {
        ...button('Image', Image),
        command: openImage,
        isActive: (state) => selectedImage(state) !== null,
        opensDialog: true,
      },
    ],
  ];
}

function button(label: string, node: IconNode, keys?: string) {
  const icon = () => createElement(node, { 'aria-hidden': 'true', width: 18, height: 18 });
  return { label, icon, ...(keys !== undefined && { keys: keysAsText(keys) }) };
}

function mark(label: string, icon: IconNode, type: MarkType, keys: string): ToolbarItem {
  return {
    ...button(label, icon, keys),
    command: asOneUndoStep(toggleMark(type)),
    isActive: ({ doc, selection, storedMarks }) =>
      selection.empty
        ? type.isInSet(storedMarks ?? selection.$from.marks()) !== undefined
        : doc.rangeHasMark(selection.from, selection.to, type),
  };
}

function kind(label: string, icon: IconNode, lineKind: LineKind, keys: string): ToolbarItem {
  return {
    ...button(label, icon, keys),
    command: asOneUndoStep(toggleKind(lineKind)),
    isActive: (state) => isKind(state, lineKind),
  };
}
