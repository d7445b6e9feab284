import { afterEach, expect, inject, it } from 'vitest';
import { freshName, stockProvider, until } from '../support/y-client.ts';

const service = inject('service');
const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const provider of open.splice(0)) provider.destroy();
});

it('[P13] [P10] a document is created with its first content once, for any number of creators', async () => {
  const name = freshName();
  const create = () =>
    fetch(`${service}/docs`, {
      method: 'POST',
      body: JSON.stringify({ name, title: 'Welcome', markdown: '# Hello\n\n- a\n- b\n' }),
    });
  const answers = await Promise.all(Array.from({ length: 4 }, create));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  const created = answers.find(({ status }) => status === 201);
  expect(await created?.json()).toMatchObject({ name, version: 1, changes: [] });
  await Promise.all(answers.filter((answer) => !answer.bodyUsed).map(({ body }) => body?.cancel()));
  const markdown = await fetch(`${service}/docs/${name}.md`);
  expect(await markdown.text()).toBe('# Welcome\n\n# Hello\n\n- a\n- b\n');
  const stock = stockProvider(service, name);
  open.push(stock);
  await until(() => stock.synced && stock.doc.getXmlFragment('lines').length > 0);
  expect(stock.doc.getXmlFragment('lines').length).toBe(3);
});
