import { CloseCode } from '../../../protocol/close-codes.ts';

export interface TurnedAway {
  /** The service's code, and its own words. */
  readonly code: number;
  readonly reason: string;
  /** Whether the address holds a proof of access at all. */
  readonly hasProof: boolean;
  /** Whether the document stands on the page. */
  readonly hasText: boolean;
  /** Whether the read-only page opens with the same proof. */
  readonly mayRead: boolean;
}

/** What a person is told who may not write here, or not any more: what it is, and what to do now. */
export function turnedAwayWords(
  { code, reason, hasProof, hasText, mayRead }: TurnedAway,
): { readonly heading: string; readonly text: string } {
  const said = reason === '' ? '' : `${reason.replace(/[.\s]+$/, '')}. `;
  const stays = hasText
    ? ' What stands below is what this page has; nobody sees what it changes.'
    : '';
  if (mayRead) {
    return {
      heading: 'You may read this document, not change it',
      text: 'The read-only page shows it as it is now, and stays up to date.' +
        (hasText ? ' What stands below is as it was when your access changed.' : ''),
    };
  }
  switch (code) {
    case CloseCode.unauthenticated:
      return hasProof
        ? {
          heading: 'Your access has ended',
          text: `${said}Open the document once more from where you came.${stays}`,
        }
        : {
          heading: 'This document opens with its whole link',
          text: 'The address here lacks the end, which proves that you may open it. Use the link ' +
            `you were given once more, all of it.${stays}`,
        };
    case CloseCode.forbidden:
      return {
        heading: 'You have no access to this document any more',
        text: `${said}Ask whoever shared it with you for another link.${stays}`,
      };
    case CloseCode.notFound:
      return hasText
        ? {
          heading: 'This document is not there any more',
          text:
            `${said}What stands below is all that is left of it on this page: keep what you need.`,
        }
        : {
          heading: 'There is nothing behind this link',
          text:
            'The document was deleted, or the link was withdrawn or is not complete. Ask whoever ' +
            'sent it to you.',
        };
    default:
      return {
        heading: hasText
          ? 'Nothing can be written here any more'
          : 'This document cannot be opened',
        text: ((said || `The service answered with code ${code}. `) +
          (hasText ? 'Copy what you still need: it stands below.' : '')).trim(),
      };
  }
}
