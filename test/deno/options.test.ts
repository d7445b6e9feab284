import assert from 'node:assert/strict';
import { readOptions } from '../../worker/deno/options.ts';

Deno.test('without a word it listens to this machine, and is closed', () => {
  assert.deepEqual({ ...readOptions([]) }, {
    host: '127.0.0.1',
    port: 8787,
    data: './data',
    open: false,
    proxies: [],
    metrics: null,
    backup: null,
  });
});

Deno.test('[P8] --open takes a loopback address only', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
    assert.equal(readOptions(['--open', '--host', host]).open, true);
  }
  const open = ['0.0.0.0', '::', '192.168.1.7', 'localhost.example', '127.0.0.1.example', ''];
  for (const host of open) {
    assert.throws(() => readOptions(['--open', '--host', host]), /requires a loopback address/);
    assert.equal(readOptions(['--host', host]).open, false);
  }
});

Deno.test('what is wrong on the command line is told', () => {
  assert.throws(() => readOptions(['--port', 'http']), /--port must be a number/);
  assert.throws(() => readOptions(['--metrics', '70000']), /--metrics must be a number/);
  assert.throws(() => readOptions(['--opne']), /--opne/);
  assert.throws(() => readOptions(['notes']), SyntaxError);
});
