import assert from 'node:assert/strict';
import { Addresses } from '../../worker/deno/http/addresses.ts';

function addressOf(from: string, headers: Record<string, string>, proxies: string[] = []) {
  const addresses = new Addresses(proxies);
  const request = new Request('http://pad.example', { headers });
  addresses.note(request, addresses.find(request, from));
  return addresses.of(request);
}

Deno.test("[P8] takes the client's address from trusted proxies only", () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 1.2.3.4' };
  assert.equal(addressOf('9.9.9.9', {}), '9.9.9.9');
  assert.equal(addressOf('9.9.9.9', forwarded), '9.9.9.9');
  // The client may have written every entry but the last.
  assert.equal(addressOf('127.0.0.1', forwarded), '1.2.3.4');
  assert.equal(addressOf('::1', forwarded), '1.2.3.4');
  assert.equal(addressOf('10.0.0.2', forwarded, ['10.0.0.2']), '1.2.3.4');
  assert.equal(addressOf('10.0.0.3', forwarded, ['10.0.0.2']), '10.0.0.3');
  assert.equal(addressOf('127.0.0.1', { 'cf-connecting-ip': '1.2.3.4' }), '1.2.3.4');
  assert.equal(addressOf('9.9.9.9', { 'cf-connecting-ip': '1.2.3.4' }), '9.9.9.9');
  assert.equal(addressOf('127.0.0.1', {}), '127.0.0.1');
});
