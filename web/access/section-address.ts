import { sectionInLink } from '../../protocol/text/section-names.ts';
import { credentialIn } from './document-address.ts';

/**
 * The section that a fragment names: `#install`, or `#s=install` beside a credential. Null for none.
 */
export function sectionIn(fragment: string): string | null {
  const beside = /[#&]s=([^&]*)/.exec(fragment)?.[1];
  if (beside) return sectionInLink(`#${beside}`);
  const isPlain = fragment.length > 1 && credentialIn(fragment) === null &&
    !/[#&]import$/.test(fragment);
  return isPlain ? sectionInLink(fragment) : null;
}

/** Replaces the section in a fragment, and keeps the credential. */
export function withSection(fragment: string, section: string): string {
  const others = fragment.slice(1).split('&').filter((part) => /^[kt]=/.test(part));
  return `#${[...others, `s=${encodeURIComponent(section)}`].join('&')}`;
}
