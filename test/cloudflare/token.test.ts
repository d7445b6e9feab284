import { expect, it } from 'vitest';
import file from '../../docs/token-vectors.json';
import { createTokenVerifier } from '../../worker/access/token.ts';
import { TokenError } from '../../worker/access/token-error.ts';
import { parseTokenSecrets } from '../../worker/access/token-secrets.ts';

const setting = Object.entries(file.secrets).map((entry) => entry.join(':')).join(' ');
const verify = createTokenVerifier(parseTokenSecrets(setting));
const place = { audience: file.audience, document: file.document, now: file.now * 1000 };

it('[T1] the vectors have the same outcomes in workerd, concurrently', async () => {
  const answers = await Promise.all(file.vectors.map(async ({ name, token }) => {
    const answer = await verify(token, place).catch((error: unknown) => {
      if (error instanceof TokenError) return error.code;
      throw error;
    });
    return { name, answer };
  }));
  expect(answers).toEqual(file.vectors.map(({ name, expect, verified }) => ({
    name,
    answer: expect === 'ok' ? verified : expect,
  })));
});
