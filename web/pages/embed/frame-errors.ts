import { CloseCode } from '../../../protocol/close-codes.ts';
import type { ProviderStatus } from '../../provider/status.ts';
import { accessDeniedText } from '../document/access-denied/access-denied-text.ts';

/** What a refusal is called to the site, and what the person is told. */
export function embedErrorOf(
  { code, reason }: ProviderStatus & { readonly state: 'refused' },
  hasCredential: boolean,
  hasText: boolean,
): { readonly code: string; readonly heading: string; readonly message: string } {
  const { heading, text } = accessDeniedText({
    code,
    reason,
    hasCredential,
    hasText,
    isReadable: false,
  });
  return { code: nameOf(code), heading, message: text };
}

function nameOf(code: number): string {
  switch (code) {
    case CloseCode.unauthenticated:
      return 'unauthenticated';
    case CloseCode.forbidden:
      return 'forbidden';
    case CloseCode.notFound:
      return 'not-found';
    default:
      return `closed-${code}`;
  }
}
