import type { VerifiedToken } from '../../../worker/access/token.ts';
import type { TokenErrorCode } from '../../../worker/access/token-error.ts';

/** The content of docs/token-vectors.json. */
export interface TokenVectors {
  readonly secrets: Readonly<Record<string, string>>;
  readonly audience: string;
  readonly document: string;
  readonly now: number;
  readonly vectors: readonly TokenVector[];
}

export type TokenVector =
  & { readonly name: string; readonly token: string; readonly why: string }
  & (
    | { readonly expect: 'ok'; readonly verified: VerifiedToken }
    | { readonly expect: TokenErrorCode }
  );

/** EDGEPAD_TOKEN_SECRETS with the secrets of the file. */
export function settingOf({ secrets }: TokenVectors): string {
  return Object.entries(secrets).map((entry) => entry.join(':')).join(' ');
}
