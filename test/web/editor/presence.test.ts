import { describe, expect, test } from 'vitest';
import {
  initialsOf,
  inkOn,
  isReadableCursor,
  readPerson,
} from '../../../web/editor/binding/presence.ts';

describe('[E8] awareness states are untrusted', () => {
  test.each([
    null,
    'text',
    { user: null },
    { user: 'Ann' },
    { user: { name: {}, color: 'red' } },
    { user: { name: '   ', color: '#12345' } },
    { user: { color: '#123456;background:url(//evil)' } },
  ])('%j is a guest with the default colour', (state) => {
    expect(readPerson(1, state)).toEqual({
      clientId: 1,
      name: 'Guest',
      color: '#5b6472',
      isGuest: true,
    });
  });

  test('a person with a valid id is not a guest', () => {
    expect(readPerson(1, { user: { id: 'u7', name: 'Ann' } }).isGuest).toBe(false);
    for (const id of [null, 7, {}, ['u7'], true]) {
      expect(readPerson(1, { user: { id, name: 'Ann' } }).isGuest).toBe(true);
    }
  });

  test('truncates a long name', () => {
    expect(readPerson(1, { user: { name: 'x'.repeat(10_000) } }).name).toHaveLength(40);
  });

  const position = { type: { client: 1, clock: 2 }, tname: null, item: null, assoc: 0 };

  test.each([
    {},
    { cursor: null },
    { user: {}, cursor: { anchor: position, head: position } },
    { cursor: { anchor: { tname: 'lines' }, head: { item: { client: 1, clock: 0 } } } },
  ])('%j is shown', (state) => {
    expect(isReadableCursor(state)).toBe(true);
  });

  test.each([
    { user: 'Ann' },
    { user: null },
    { cursor: 5 },
    { cursor: {} },
    { cursor: { anchor: position } },
    { cursor: { anchor: position, head: null } },
    { cursor: { anchor: position, head: {} } },
    { cursor: { anchor: position, head: { item: { client: 1, clock: -1 } } } },
    { cursor: { anchor: position, head: { item: { client: 1.5, clock: 1 } } } },
    { cursor: { anchor: position, head: { tname: {} } } },
  ])('%j is ignored', (state) => {
    expect(isReadableCursor(state)).toBe(false);
  });
});

test('initials are the first letters of the first and last words', () => {
  expect(['Ann', 'guest heron', 'Ada B. Lovelace', '', '🦊 Fox'].map(initialsOf))
    .toEqual(['A', 'GH', 'AL', '', '🦊F']);
});

test('the text colour on a background is the more readable of black and white', () => {
  expect(['#000000', '#ffffff', '#ecd444', '#1769aa'].map(inkOn))
    .toEqual(['white', 'black', 'black', 'white']);
});
