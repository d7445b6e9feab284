import { authorization } from '../../../access/document-address.ts';
import { copyText } from '../../../platform/clipboard.ts';
import { saveFile } from '../../../platform/save-file.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';
import { fetchFromService } from '../../shared/call-service.ts';
import { UserError } from '../../shared/user-error.ts';
import { untitled } from '../bar/title.ts';
import { showToast } from '../dialog/notices.ts';

/** How long an export waits for unsaved changes, in milliseconds. */
const saveTimeout = 5000;

/** The document in one format, as the service exports it. */
export interface ExportSource {
  readonly provider: EdgepadProvider;
  readonly path: string;
  readonly credential: string | null;
}

/** Saves the document as a file. Throws a {@link UserError}. */
export async function download(source: ExportSource, fileName: string): Promise<void> {
  saveFile(fileName, await (await fetchExport(source)).blob());
}

/** Copies the whole document as Markdown. Throws a {@link UserError}. */
export async function copyAsMarkdown(source: ExportSource): Promise<void> {
  const text = fetchExport(source).then((response) => response.text());
  const isCopied = await copyText(text);
  // Throws why there is no text to copy.
  await text;
  if (!isCopied) {
    throw new UserError('Cannot copy: the browser does not allow it. Download the file instead.');
  }
  showToast('Copied as Markdown');
}

/** A name that every file system accepts. */
export function fileNameOf(title: string, extension: string): string {
  const name = title.replaceAll(/[\s\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ').trim().slice(0, 80)
    .replace(/^[. ]+|[. ]+$/g, '');
  return `${name || untitled}.${extension}`;
}

async function fetchExport({ provider, path, credential }: ExportSource): Promise<Response> {
  await whenSaved(provider);
  if (provider.status.state === 'refused') {
    throw new UserError(
      'Cannot export: this page is disconnected from the document. Print it or copy the text.',
    );
  }
  const headers = authorization(credential);
  const response = await fetchFromService(path, { cache: 'no-cache', headers });
  if (response.ok) return response;
  throw new UserError(
    response.status === 404
      ? 'Cannot export: the document is empty. Write something first.'
      : `Cannot export: the service answered with status ${response.status}. Try again later.`,
  );
}

/** The service exports what it has stored, and the file must not silently lack the last changes. */
function whenSaved(provider: EdgepadProvider): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      provider.removeEventListener('status', check);
    };
    const check = () => {
      const { status } = provider;
      if (status.state === 'offline' && status.unsent) {
        stop();
        reject(
          new UserError(
            'Cannot export: you are offline and your last changes are not saved. ' +
              'Try again when you are back online.',
          ),
        );
        return;
      }
      if (status.state === 'saving' && status.isStorageFailing) {
        stop();
        reject(
          new UserError(
            'Cannot export: the service cannot store your last changes. Try again later.',
          ),
        );
        return;
      }
      if (status.state === 'saving' || status.state === 'connecting') return;
      stop();
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      reject(
        new UserError('Cannot export: your last changes are not saved yet. Try again in a moment.'),
      );
    }, saveTimeout);
    provider.addEventListener('status', check);
    check();
  });
}
