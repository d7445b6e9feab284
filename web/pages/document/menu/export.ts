import { authorization, unreachable } from '../../../access/call-service.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';
import { copyText } from '../../../platform/clipboard.ts';
import { toast } from '../dialog/toast.ts';

/** So long an export waits for what has just been typed to be saved, in milliseconds. */
const patience = 5000;

/** What went wrong, in words for the person who wants the file. */
class ExportError extends Error {}

/** What the service writes as a file, and for whom. */
export interface Export {
  readonly provider: EdgepadProvider;
  readonly path: string;
  readonly credential: string | null;
}

/** Saves the document as a file, in the format of the link that was pressed. */
export async function download(wanted: Export, fileName: string): Promise<void> {
  await telling(async () => {
    const blob = await (await fetchExport(wanted)).blob();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = fileName;
    link.click();
    // Not at once: some browsers read it only after this turn.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/** Puts the whole document on the clipboard as Markdown. */
export async function copyAsMarkdown(wanted: Export): Promise<void> {
  await telling(async () => {
    const text = await (await fetchExport(wanted)).text();
    if (!await copyText(text)) throw new ExportError('The browser forbids copying here.');
    toast('Copied as Markdown');
  });
}

/** A name that every file system takes. */
export function fileNameOf(title: string, extension: string): string {
  const name = title.replaceAll(/[\s\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ').trim().slice(0, 80)
    .replace(/^[. ]+|[. ]+$/g, '');
  return `${name || 'Untitled'}.${extension}`;
}

async function fetchExport({ provider, path, credential }: Export): Promise<Response> {
  await whenSaved(provider);
  if (provider.status.state === 'refused') {
    throw new ExportError('The service refuses this page. Print it, or copy the text.');
  }
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-cache', headers: authorization(credential) });
  } catch (error) {
    if (error instanceof TypeError) {
      throw new ExportError(unreachable);
    }
    throw error;
  }
  if (response.ok) return response;
  throw new ExportError(
    response.status === 404
      ? 'There is nothing to export yet: write something first.'
      : `The service answered with ${response.status}.`,
  );
}

/** The service writes the file from what it has: what it lacks must not be missing without a word. */
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
        reject(new ExportError('You are offline, and the service lacks what you wrote last.'));
      }
      if (status.state === 'saving' || status.state === 'connecting') return;
      stop();
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      reject(new ExportError('What you wrote last is not saved yet. Try again in a moment.'));
    }, patience);
    provider.addEventListener('status', check);
    check();
  });
}

async function telling(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    toast(error.message, 'failed');
  }
}
