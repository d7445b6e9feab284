import { CloseCode } from '../../../../protocol/close-codes.ts';

export interface AccessDenied {
  /** The service's code, and its own words. */
  readonly code: number;
  readonly reason: string;
  /** Whether the address holds a credential of access at all. */
  readonly hasCredential: boolean;
  /** Whether the document stands on the page. */
  readonly hasText: boolean;
  /** Whether the read-only page opens with the same credential. */
  readonly mayRead: boolean;
}

/** What a person is told who may not write here, or not any more: what it is, and what to do now. */
export function accessDeniedText(
  { code, reason, hasCredential, hasText, mayRead }: AccessDenied,
): { readonly heading: string; readonly text: string } {
  const sentence = reason.replace(/[.\s]+$/, '');
  const said = sentence && `${sentence}.`;
  const words = (heading: string, ...sentences: string[]) => ({
    heading,
    text: sentences.filter((sentence) => sentence !== '').join(' '),
  });
  const stays = hasText ? 'What stands below is what this page still has.' : '';
  if (mayRead) {
    return words(
      'You may read this document, not change it',
      'The read-only page shows it as it is now, and stays up to date.',
      hasText ? 'What stands below is as it was when your access changed.' : '',
    );
  }
  switch (code) {
    case CloseCode.unauthenticated:
      if (!hasCredential) {
        return words(
          'This document opens with its whole link',
          'The address here lacks the end, which proves that you may open it.',
          'Use the link you were given once more, all of it.',
          stays,
        );
      }
      return words(
        'Your access has ended',
        'Open the document once more from where you came.',
        // In brackets: it is for whoever signs tokens.
        sentence && `(${sentence}.)`,
        stays,
      );
    case CloseCode.forbidden:
      return words(
        'You have no access to this document any more',
        said || 'Ask whoever shared it with you for another link.',
        stays,
      );
    case CloseCode.deleted:
    case CloseCode.notFound:
      if (!hasText) {
        return words(
          'There is nothing behind this link',
          'The document was deleted, or the link was withdrawn or is not complete.',
          'Ask whoever sent it to you.',
        );
      }
      return words(
        'This document does not open any more',
        said,
        'What stands below is all that this page has of it: keep what you need.',
      );
    default:
      return words(
        hasText ? 'Nothing can be written here any more' : 'This document cannot be opened',
        said || `The service answered with code ${code}.`,
        hasText ? 'Copy what you still need: it stands below.' : '',
      );
  }
}
