import { it } from 'vitest';
import * as Y from 'yjs';
import * as encoding from 'lib0/encoding';
import { inspectUpdate } from '../../worker/core/causality.ts';
import { KnownState } from '../../worker/core/known-state.ts';
import { Refusal } from '../../worker/core/refusal.ts';
import { Author, Random } from './causality-world.ts';

const N = Number(process.env.SEEDS ?? 20);
function history(random: Random) {
  const log: Uint8Array[] = [];
  const authors = [new Author(random.below(2 ** 32)), new Author(random.below(200)), new Author(random.below(2 ** 32), false)];
  const n = 5 + random.below(40);
  for (let s = 0; s < n; s++) {
    const a = random.pick(authors);
    a.edit(random);
    if (random.chance(70)) { a.takeOutbox().forEach((u) => log.push(u)); }
    if (random.chance(40)) a.receive(log);
  }
  for (const a of authors) a.takeOutbox().forEach((u) => log.push(u));
  return log;
}
function mutate(u: Uint8Array, other: Uint8Array, r: Random): Uint8Array {
  let b = [...u];
  const times = 1 + (r.chance(30) ? r.below(3) : 0);
  for (let t = 0; t < times; t++) {
    const at = r.below(b.length), n = 1 + r.below(8);
    switch (r.below(8)) {
      case 0: case 1: b[at]! ^= 1 << r.below(8); break;
      case 2: b[at] = r.below(16); break;
      case 3: b = b.slice(0, at); if (!b.length) b = [0]; break;
      case 4: b.splice(at, 0, ...Array.from({ length: n }, () => r.below(r.chance(50) ? 256 : 16))); break;
      case 5: b.splice(at, n); if (!b.length) b = [0]; break;
      case 6: { const o = r.below(other.length); b.splice(at, r.below(8), ...other.slice(o, o + n * 2)); break; }
      case 7: { const x = r.below(b.length); const s = b.splice(at, n); b.splice(Math.min(x, b.length), 0, ...s); if (!b.length) b = [0]; break; }
    }
  }
  return Uint8Array.from(b);
}
function forge(sv: Map<number, number>, r: Random): Uint8Array {
  const e = encoding.createEncoder();
  const w = (n: number) => encoding.writeVarUint(e, n);
  const clients = [...new Set(Array.from({ length: 1 + r.below(3) }, () => r.chance(70) && sv.size ? r.pick([...sv.keys()]) : 1000 + r.below(3)))].sort((a, b) => r.chance(80) ? b - a : a - b);
  const plan = new Map(clients.map((c) => [c, Math.max(0, (sv.get(c) ?? 0) - (r.chance(30) ? r.below(4) : 0))]));
  const ends = new Map(plan);
  const all = new Map([...sv, ...[...plan].map(([c, k]) => [c, Math.max(sv.get(c) ?? 0, k + 3)] as [number, number])]);
  const ref = () => { const c = r.pick([...all.keys()]); w(c); w(r.below(Math.max(1, all.get(c)!))); };
  w(clients.length);
  for (const c of clients) {
    const n = 1 + r.below(5);
    w(n); w(c); w(plan.get(c)!);
    let k = plan.get(c)!;
    for (let i = 0; i < n; i++) {
      const kind = r.pick([0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 7, 8]);
      const flags = kind === 0 ? 0 : r.pick([0, 0x20, 0x40, 0x80, 0xc0, 0xc0, 0xa0, 0xe0]);
      encoding.writeUint8(e, kind | flags);
      if (kind === 0) { const l = 1 + r.below(3); w(l); k += l; continue; }
      const own = (x: number) => { if (r.chance(40) && k > 0) { w(c); w(x); } else ref(); };
      if (flags & 0x80) own(k - 1);
      if (flags & 0x40) own(r.below(k || 1));
      if (!(flags & 0xc0)) {
        if (r.chance(30)) { w(1); encoding.writeVarString(e, r.pick(['text', 'lines', 'map', 'array', 'new'])); } else { w(0); own(r.below(k || 1)); }
        if (flags & 0x20) encoding.writeVarString(e, r.pick(['a', 'b', '', 'kind']));
      }
      const l = 1 + r.below(3);
      switch (kind) {
        case 1: w(l); k += l; break;
        case 2: w(l); for (let j = 0; j < l; j++) encoding.writeVarString(e, r.pick(['1', '"x"', 'undefined', '{}'])); k += l; break;
        case 3: encoding.writeVarUint8Array(e, new Uint8Array(l)); k++; break;
        case 4: { const s = r.pick(['x', 'xy', 'xyz', '😀', 'a😀b']); encoding.writeVarString(e, s); k += s.length; break; }
        case 5: encoding.writeVarString(e, '{"a":1}'); k++; break;
        case 6: encoding.writeVarString(e, r.pick(['bold', 'italic', 'ychange'])); encoding.writeVarString(e, r.pick(['true', 'null', '{}'])); k++; break;
        case 7: { const t = r.below(7); w(t); if (t === 3 || t === 5) encoding.writeVarString(e, 'p'); k++; break; }
        case 8: w(l); for (let j = 0; j < l; j++) encoding.writeAny(e, r.pick([null, 1, 'x', {}] as any)); k += l; break;
      }
    }
    ends.set(c, k);
    all.set(c, Math.max(all.get(c)!, k));
  }
  const del = [...all].filter(() => r.chance(50));
  const rows = del.map(([c, end]) => { const list: number[][] = []; let p = 0; while (list.length < 3) { p += r.below(4); const l = 1 + r.below(4); if (p + l > (ends.has(c) ? Math.max(ends.get(c)!, sv.get(c) ?? 0) : end)) break; list.push([p, l]); p += l; } return [c, list] as const; }).filter(([, l]) => l.length);
  w(rows.length);
  for (const [c, l] of rows) { w(c); w(l.length); for (const [a, b] of l) { w(a!); w(b!); } }
  return encoding.toUint8Array(e);
}

it('mutants', () => {
  const stats: Record<string, number> = {};
  const count = (k: string) => { stats[k] = (stats[k] ?? 0) + 1; };
  const shown: Record<string, number> = {};
  for (let seed = 1; seed <= N; seed++) {
    const r = new Random(seed);
    const log = history(r);
    const cut = 1 + r.below(log.length);
    const known = new KnownState();
    const base = new Y.Doc();
    for (const u of log.slice(0, cut)) {
      const i = inspectUpdate(u, known);
      if (i.type !== 'complete') throw new Error('gap');
      known.add(i.contents); Y.applyUpdate(base, u);
    }
    const full = Y.encodeStateAsUpdate(base);
    const sv = new Map(known.clocks());
    for (let m = 0; m < 300; m++) {
      const honest = r.chance(20) ? Y.encodeStateAsUpdate(base) : r.pick(log.slice(Math.max(0, cut - 2), cut + 3));
      const mode = r.chance(50) ? 'forge' : 'mutate';
      const mutant = mode === 'forge' ? forge(sv, r) : mutate(honest, r.pick(log), r);
      let res;
      try { res = inspectUpdate(mutant, known); } catch (e) {
        if (!(e instanceof Refusal)) throw e;
        count(mode + ' ' + e.code); if (process.env.WHY) count(e.message); continue;
      }
      if (res.type === 'gap') { count(mode + ' gap'); continue; }
      count(mode + ' complete');
      if (res.update !== mutant) count(mode + ' trimmed');
      let where = 'load';
      try {
        const doc = new Y.Doc();
        if (r.chance(50)) Y.applyUpdate(doc, full); else for (const u of log.slice(0, cut)) Y.applyUpdate(doc, u);
        where = 'apply';
        Y.applyUpdate(doc, res.update);
        where = 'pending';
        if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('pending');
        where = 'sv';
        const after = KnownState.decode(known.encode()); after.add(res.contents);
        if (Buffer.compare(Buffer.from(after.encodeStateVector()), Buffer.from(Y.encodeStateVector(doc)))) throw new Error('sv differs');
        where = 'encode';
        const enc = Y.encodeStateAsUpdate(doc);
        where = 'newcomer';
        const nd = new Y.Doc(); Y.applyUpdate(nd, enc);
        if (nd.store.pendingStructs || nd.store.pendingDs) throw new Error('pending');
        where = 'merge'; Y.mergeUpdates([full, res.update]);
        where = 'sv2';
        if (Buffer.compare(Buffer.from(Y.encodeStateVector(nd)), Buffer.from(Y.encodeStateVector(doc)))) throw new Error('sv differs');
        where = 'oldlog';
        const cold = new Y.Doc(); cold.transact(() => { for (const u of log.slice(0, cut)) Y.applyUpdate(cold, u); Y.applyUpdate(cold, res.update); });
        if (cold.store.pendingStructs || cold.store.pendingDs) throw new Error('pending');
        const ce = Y.encodeStateAsUpdate(cold);
        where = 'read';
        const read = (d: Y.Doc) => { try { return JSON.stringify([d.getText('text').toDelta(), d.getXmlFragment('lines').toString(), d.getMap('map').toJSON(), d.getArray('array').toJSON()], (_, v) => typeof v === 'bigint' ? String(v) : v && typeof v === 'object' && !Array.isArray(v) && Object.getPrototypeOf(v) === Object.prototype ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)) : v); } catch (e) { count('toString throws ' + (e as Error).message.slice(0, 40)); return 'throws'; } };
        const x = read(doc);
        if (read(nd) !== x) { count('diverged newcomer ' + mode);
          const k='div'; if (mode === process.env.DIV && (shown[k] = (shown[k] ?? 0) + 1) <= 4) console.log(seed, m, Y.decodeUpdate(res.update).structs, '\n', x, '\n', read(nd)); }
        where = 'future'; // everything that came later still applies
        for (const c of [doc, nd]) { c.transact(() => c.getText('text').insert(0, 'after')); c.getText('text').applyDelta([{ retain: 1, attributes: { bold: true } }]); c.transact(() => { c.getText('text').delete(0, c.getText('text').length); c.getXmlFragment('lines').delete(0, c.getXmlFragment('lines').length); const a = c.getArray('array'); a.delete(0, a.length); for (const k of [...c.getMap('map').keys()]) c.getMap('map').delete(k); }); Y.encodeStateAsUpdate(c); }
      } catch (e) {
        let k = mode + ' ESCAPE ' + where + ' ' + (e as Error).message;
        { const d = new Y.Doc({ gc: false }); Y.applyUpdate(d, full); try { Y.applyUpdate(d, res.update); } catch { k += ' (also without gc)'; }
          let cls = '';
          for (const [c, list] of (d.store as any).clients) for (const s of list) if (s.parentSub != null && s.right && !s.deleted) { cls = (s.id.clock < (sv.get(c) ?? 0) ? ' known-part' : '') + (s.origin === null && s.rightOrigin === null ? ' explicit' : '') + ' ' + s.content.constructor.name + ' len ' + s.length; const o = s.origin; if (o) cls += o.clock < (sv.get(o.client) ?? 0) ? ' external' : ' inside'; }
          k += ' | ' + cls; }
        count(k);
        if ((shown[k] = (shown[k] ?? 0) + 1) <= 1) console.log(seed, m, k, (e as Error).stack?.split('\n').slice(1, 5).join('\n'), JSON.stringify(Y.decodeUpdate(res.update).structs.map((s: any) => ({ ...s, content: s.content?.constructor.name, parent: s.parent }))), JSON.stringify([...Y.decodeUpdate(res.update).ds.clients]), JSON.stringify([...sv]));
      }
    }
  }
  console.log(stats);
}, 6e5);
