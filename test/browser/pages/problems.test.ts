import { spawnSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDeno } from '../../../scripts/deno-command.mjs';
import { openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit } from '../../support/browser/page.ts';
import { startDenoServer } from '../../support/servers/deno-server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

test('[P8] an owner reads what the service has given up, and what to do', async () => {
  const server = await startDenoServer();
  try {
    const body = JSON.stringify({ name: 'long', markdown: 'A long text' });
    await fetch(`${server.url}/docs`, { method: 'POST', body });
    await server.kill();
    // As after four attempts that ended with the process.
    const statement = "INSERT INTO unfinished VALUES ('render page', 1, 4, 0)";
    const file = `${server.data}/documents/long+.sqlite`;
    const script = `import { DatabaseSync } from 'node:sqlite';
      new DatabaseSync(${JSON.stringify(file)}).exec(${JSON.stringify(statement)});`;
    const added = spawnSync(findDeno(), ['eval', script], { encoding: 'utf8' });
    expect(added.stderr).toBe('');
    await server.restart();
    const { problems } = await (await fetch(`${server.url}/docs/long/problems`)).json();
    expect(problems).toMatchObject([{ affects: 'page', attempts: 4, nextAttempt: null }]);
    const { page, faults } = await visit(browser, `${server.url}/d/long`);
    const notice = () => page.innerText('.content-notice').catch(() => '');
    await eventually(notice).toContain('Readers cannot open the read-only page');
    expect(await notice()).toContain('Move some of its content to another document');
    expect(faults).toEqual([]);
    await page.context().close();
  } finally {
    await server.stop();
  }
});
