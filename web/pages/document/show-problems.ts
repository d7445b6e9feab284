import { documentPath } from '../../access/document-address.ts';
import type { DocumentProblem } from '../../../protocol/answers/document-problem.ts';
import { showContentNotice } from '../../live-editor/content-notice.ts';
import { callService, ServiceError } from '../shared/call-service.ts';
import type { DocumentPage } from './document-page.ts';

/** Shows the owner what the service has given up for this document. Asks once. */
export async function showProblems(
  { name, credential }: Pick<DocumentPage, 'name' | 'credential'>,
): Promise<void> {
  const path = `${documentPath(name)}/problems`;
  try {
    const answer = await callService({ method: 'GET', path, credential });
    const { problems } = answer as { readonly problems: readonly DocumentProblem[] };
    if (problems.length === 0) return;
    const details = problems.map(({ detail }) => detail);
    showContentNotice(document.body, 'Some things do not work in this document', details);
  } catch (error) {
    // The page asks again when it is opened again.
    if (!(error instanceof ServiceError)) throw error;
  }
}
