import assert from 'node:assert/strict';
import { serviceArguments } from '../../scripts/deno-command.mjs';
import { readOptions } from '../../worker/deno/options.ts';

Deno.test('by default it listens on this machine without open mode', () => {
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

Deno.test('[P8] --open requires a loopback address', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
    assert.equal(readOptions(['--open', '--host', host]).open, true);
  }
  const open = ['0.0.0.0', '::', '192.168.1.7', 'localhost.example', '127.0.0.1.example', ''];
  for (const host of open) {
    assert.throws(() => readOptions(['--open', '--host', host]), /requires a loopback address/);
    assert.equal(readOptions(['--host', host]).open, false);
  }
});

Deno.test('localhost is an IPv4 address, for which the command has the permission', () => {
  assert.equal(readOptions(['--host', 'localhost']).host, '127.0.0.1');
  assert.ok(serviceArguments({ host: 'localhost' }).includes('--allow-net=127.0.0.1:8787'));
});

Deno.test('an error names the wrong option', () => {
  assert.throws(() => readOptions(['--port', 'http']), /--port must be a number/);
  assert.throws(() => readOptions(['--metrics', '70000']), /--metrics must be a number/);
  assert.throws(() => readOptions(['--opne']), /--opne/);
  assert.throws(() => readOptions(['notes']), SyntaxError);
});
