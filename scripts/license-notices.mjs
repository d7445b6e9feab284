// Collects the licence notices of the packages whose code a bundle contains.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the name, version, licence and full notice of each package among `modules`, absolute paths of
 * bundled files. Throws for a package without a licence file.
 */
export async function licenseNotices(modules) {
  const folders = new Set();
  for (const module of modules) {
    const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll('\\', '/'))?.[0];
    if (folder) folders.add(folder);
  }
  const notices = await Promise.all([...folders].map(noticeOf));
  return notices.sort().join(`\n\n${'-'.repeat(80)}\n\n`);
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e\b/i.test(entry));
  if (!file) {
    throw new Error(
      `Cannot collect licences: ${name} has no licence file. Bundle another version.`,
    );
  }
  const text = await readFile(join(folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}`;
}
