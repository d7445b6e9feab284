import { accessLimits, tokenLimits } from '../../protocol/access-limits.ts';
import type { RevokedToken } from '../core/access/revocations.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { formatTime, textIn, timeIn } from '../http/fields.ts';
import { badRequest, Problem } from '../http/problem.ts';
import { readFields } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';

const fieldNames = ['issuedBefore', 'jti', 'sub', 'until'];

/** Revocation of tokens. */
export function addRevocationRoutes(app: App, { access }: Dependencies): void {
  app.post('/docs/:name/revocations', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    const fields = await readFields(c.req.raw, {
      names: fieldNames,
      maxBytes: accessLimits.bodyBytes,
    });
    await document.call({ type: 'revoke-tokens', revocation: revocationIn(fields) });
    return c.body(null, 204);
  });

  app.get('/docs/:name/revocations', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    const { issuedBefore, tokens } = await document.call({ type: 'list-revocations' });
    return c.json({
      issuedBefore: formatTime(issuedBefore || null),
      revocations: tokens.map(({ claim, value, until }) => ({
        [claim]: value,
        until: formatTime(until),
      })),
    });
  });

  app.delete('/docs/:name/revocations', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    const token = revokedTokenIn(c);
    if (!await document.call({ type: 'lift-revocation', token })) {
      throw new Problem(404, 'not-found', 'Not found', 'There is no such revocation.');
    }
    return c.body(null, 204);
  });
}

/** The revocation that a query names. */
function revokedTokenIn(c: AppContext): Pick<RevokedToken, 'claim' | 'value'> {
  const [jti, sub] = [c.req.query('jti'), c.req.query('sub')];
  if (jti !== undefined && sub === undefined) return { claim: 'jti', value: jti };
  if (sub !== undefined && jti === undefined) return { claim: 'sub', value: sub };
  throw badRequest('Name the revocation to lift: add "?sub=…" or "?jti=…" to the address.');
}

function revocationIn(fields: ReadonlyMap<string, unknown>) {
  const issuedBefore = timeIn(fields, 'issuedBefore');
  // Tokens that are issued later would be revoked, and for good.
  if (issuedBefore && issuedBefore > Date.now() + tokenLimits.leeway) {
    throw badRequest('"issuedBefore" must be in the past.');
  }
  const jti = textIn(fields, 'jti', tokenLimits.idLength);
  const sub = textIn(fields, 'sub', tokenLimits.subjectLength);
  if (!issuedBefore && jti === undefined && sub === undefined) {
    throw badRequest('Give "issuedBefore", "jti" or "sub".');
  }
  const until = timeIn(fields, 'until');
  if (until !== undefined && sub === undefined) {
    throw badRequest('"until" is only for "sub": other tokens stay revoked until they expire.');
  }
  if (typeof until === 'number' && until <= Date.now()) {
    throw badRequest('"until" must be in the future.');
  }
  return {
    ...issuedBefore ? { issuedBefore } : {},
    ...jti === undefined ? {} : { jti },
    ...sub === undefined ? {} : { sub },
    ...until === undefined ? {} : { until },
  };
}
