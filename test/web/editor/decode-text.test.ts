import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../web/editor/import/decode-text.ts';

/** Encodes a text by looking for the bytes that decode to each of its characters. */
function encode(text: string, label: string): Uint8Array {
  const bytes: number[] = [];
  const table = tableOf(label);
  for (const character of text) {
    const found = character < '\u0080' ? [character.charCodeAt(0)] : table.get(character);
    if (!found) throw new Error(`${label} has no ${character}`);
    bytes.push(...found);
  }
  return new Uint8Array(bytes);
}

const tables = new Map<string, Map<string, number[]>>();

function tableOf(label: string): Map<string, number[]> {
  const known = tables.get(label);
  if (known) return known;
  const table = new Map<string, number[]>();
  const add = (bytes: number[]) => {
    const text = new TextDecoder(label).decode(new Uint8Array(bytes));
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0x80; first < 0x100; first++) {
    add([first]);
    if (/^(shift_jis|euc|gb|big5)/.test(label)) {
      for (let second = 0x40; second < 0x100; second++) add([first, second]);
    }
  }
  tables.set(label, table);
  return table;
}

const decode = (bytes: Uint8Array, isHtml = false) => decodeText(bytes, { isHtml });

describe('[P13] reads a text file in its encoding', () => {
  test('with a byte order mark', () => {
    const le = new Uint8Array([0xff, 0xfe, 0xe4, 0, 0x0a, 0]);
    const be = new Uint8Array([0xfe, 0xff, 0, 0xe4, 0, 0x0a]);
    const utf8 = new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa4, 0x0a]);
    for (const bytes of [le, be, utf8]) {
      expect(decode(bytes)).toEqual({ text: 'ä\n', guessed: null });
    }
  });

  test('UTF-16 without a mark, and UTF-8', () => {
    const text = 'Plain text, größer\n';
    const units = [...text].map((character) => character.charCodeAt(0));
    const le = new Uint8Array(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
    const be = new Uint8Array(units.flatMap((unit) => [unit >> 8, unit & 0xff]));
    for (const bytes of [le, be, new TextEncoder().encode(text)]) {
      expect(decode(bytes)).toEqual({ text, guessed: null });
    }
  });

  test('that HTML declares, and not that it declares wrongly', () => {
    const html = (meta: string) => `<!DOCTYPE html><title>a</title>${meta}<p>café`;
    for (
      const meta of [
        '<meta charset="windows-1252">',
        "<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-1'>",
        '<?xml version="1.0" encoding="iso-8859-1"?>',
      ]
    ) {
      expect(decode(encode(html(meta), 'windows-1252'), true), meta)
        .toEqual({ text: html(meta), guessed: null });
    }
    const utf8 = html('<meta charset="iso-8859-1">');
    expect(decode(new TextEncoder().encode(utf8), true)).toEqual({ text: utf8, guessed: null });
    const unknown = html('<meta charset="x-none"><meta charset="utf-16">');
    expect(decode(encode(unknown, 'windows-1252'), true))
      .toEqual({ text: unknown, guessed: 'Windows-1252 (Western)' });
  });

  test.each([
    ['windows-1252', 'Crème brûlée, «naïve»'],
    ['windows-1252', 'Grüße aus Köln'],
    ['windows-1252', 'señor'],
    ['windows-1252', 'Café 5 £\rnaïve'],
    ['windows-1252', '© ANN'],
    ['macintosh', 'Café, “naïve” – £5'],
    ['windows-1252', 'Það er gott að búa á Íslandi, segir Ævar'],
    ['windows-1250', 'Zażółć gęślą jaźń'],
    ['windows-1250', 'Příliš žluťoučký kůň'],
    ['windows-1250', 'Árvíztűrő tükörfúrógép'],
    ['windows-1254', 'Pijamalı hasta yağız şoföre çabucak güvendi'],
    ['windows-1257', 'Glāžšķūņa rūķīši'],
    ['windows-1251', 'Съешь ещё этих мягких булок'],
    ['koi8-u', 'Съешь ещё этих мягких булок'],
    ['ibm866', 'Съешь ещё этих мягких булок'],
    ['windows-1253', 'Ξεσκεπάζω την ψυχοφθόρα'],
    ['windows-1255', 'שלום לכולם, זה פרוטוקול הישיבה'],
    ['windows-1256', 'محضر الاجتماع الأول في المدينة'],
    ['windows-874', 'รายงานการประชุมครั้งแรก'],
    ['macintosh', 'Crème brûlée à la carte'],
    ['shift_jis', 'これは日本語のテキストです。'],
    ['shift_jis', '# 議事録\n\n東京'],
    ['euc-jp', 'これは日本語のテキストです。'],
    ['gb18030', '这是一个中文文件。'],
    ['gb18030', '# 会议记录\n\n你好，世界'],
    ['big5', '這是一個中文檔案，你好'],
    ['euc-kr', '안녕하세요, 회의록입니다'],
  ])('%s by a guess: %s', (label, text) => {
    const { text: decoded, guessed } = decode(encode(text, label));
    expect(decoded).toBe(text);
    expect(guessed).not.toBeNull();
  });

  test('ISO-2022-JP by its escape sequences', () => {
    const bytes = new Uint8Array([0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42, 0x61]);
    expect(decode(bytes)).toEqual({ text: 'あa', guessed: 'ISO-2022-JP (Japanese)' });
  });

  test('UTF-8 with a damaged character stays UTF-8', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('Größe für fünf Äpfel über'), 0xff]);
    expect(decode(bytes)).toEqual({
      text: 'Größe für fünf Äpfel über\ufffd',
      guessed: 'UTF-8, with 1 unreadable characters',
    });
  });

  test('rejects what is no text', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);
    const random = Uint8Array.from(
      { length: 2000 },
      (_, i) => (i * 7919 + (i >> 3) * 104729) % 251,
    );
    for (const bytes of [png, random]) expect(() => decode(bytes)).toThrow(TypeError);
  });
});
