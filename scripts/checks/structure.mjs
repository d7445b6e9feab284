// Checks the size of folders, files and functions of the sources.
import { posix } from 'node:path';
import process from 'node:process';
import { readSource, sourceFiles } from './source-files.mjs';

const maxFolderEntries = 20;
const maxFileLines = 300;
const maxFunctionLines = 80;

const files = sourceFiles(['protocol', 'content', 'worker', 'web']);
const faults = [...largeFolders(), ...largeFiles(), ...longFunctions()];
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);

function* largeFolders() {
  const entries = new Map();
  for (const file of files) {
    for (let path = file; path.includes('/'); path = posix.dirname(path)) {
      const folder = posix.dirname(path);
      if (!entries.has(folder)) entries.set(folder, new Set());
      entries.get(folder).add(path);
    }
  }
  for (const [folder, { size }] of entries) {
    if (size > maxFolderEntries) {
      yield `${folder} has ${size} entries (at most ${maxFolderEntries})`;
    }
  }
}

function* largeFiles() {
  for (const file of files) {
    const { length } = readSource(file).trimEnd().split('\n');
    if (length > maxFileLines) yield `${file} has ${length} lines (at most ${maxFileLines})`;
  }
}

/**
 * Relies on the formatter: a function starts with a line that ends in `{` and ends with the first later
 * line of the same indentation that starts with `}`.
 */
function* longFunctions() {
  const start =
    /^(\s*)(?:.*\bfunction\b.*|.*=> |(?:(?:static|async|override|get|set|readonly) )*\*?[#\w[\].]+(?:<.*>)?\(.*|\}?\)(?:: .*)? (?:=> )?)\{$/;
  for (const file of files) {
    const lines = readSource(file).split('\n');
    for (const [i, line] of lines.entries()) {
      const indent = start.exec(line)?.[1];
      if (indent === undefined || /^\s*(?:if|for|while|switch|catch|\} else)\b/.test(line)) {
        continue;
      }
      const end = lines.findIndex((other, j) => j > i && other.startsWith(`${indent}}`));
      if (end - i + 1 <= maxFunctionLines) continue;
      yield `${file}:${i + 1} a function of ${end - i + 1} lines (at most ${maxFunctionLines})`;
    }
  }
}
