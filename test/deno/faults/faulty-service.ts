import { fileURLToPath } from 'node:url';
import { findDeno, serviceArguments } from '../../../scripts/deno-command.mjs';

/** Injected faults; see faulty-disk.c. */
interface Faults {
  /** What fsync fails with; 0 for success. */
  readonly syncErrno?: number;
  /** What writes fail with; 0 for success. */
  readonly writeErrno?: number;
  /** Milliseconds to add to the wall clock. */
  readonly clockOffset?: number;
}

/** A service on Deno whose disk and clock can fail. */
export interface FaultyService {
  readonly url: string;
  readonly process: Deno.ChildProcess;
  readonly journal: string;
  setFaults(faults: Faults): void;
  /** The lines of the log so far. */
  readonly log: () => string;
  /** Waits until the log has this event. */
  event(name: string): Promise<void>;
  /** Sends SIGUSR2, and waits until the backup has ended. */
  backUp(): Promise<void>;
  /** Sends SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/** The folders on the disk of a {@link FaultyService}. The operator creates them. */
export const faultyFolders: readonly string[] = ['data', 'backup'];

/** Compiles the library. Null without a C compiler. */
export function compileFaultyDisk(folder: string): string | null {
  const source = fileURLToPath(new URL('faulty-disk.c', import.meta.url));
  const library = `${folder}/faulty-disk.so`;
  try {
    const args = ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'];
    return new Deno.Command('gcc', { args }).outputSync().success ? library : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Starts a service on `disk`/data, with backups in `disk`/backup; in open mode unless there are settings.
 * Without a library it has no faults and no journal.
 */
export async function startFaultyService(
  library: string | null,
  disk: string,
  settings: Readonly<Record<string, string>> | null = null,
): Promise<FaultyService> {
  const [journal, faults] = [`${disk}.journal`, `${disk}.faults`];
  for (const folder of faultyFolders) Deno.mkdirSync(`${disk}/${folder}`, { recursive: true });
  Deno.writeFileSync(faults, new Uint8Array(16));
  const args = serviceArguments({
    port: '0',
    data: `${disk}/data`,
    backup: `${disk}/backup`,
    open: settings === null,
  });
  const child = new Deno.Command(findDeno(), {
    args,
    env: {
      ...settings,
      ...library !== null && {
        LD_PRELOAD: library,
        EDGEPAD_DISK: disk,
        EDGEPAD_JOURNAL: journal,
        EDGEPAD_FAULTS: faults,
      },
    },
    stdout: 'piped',
    stderr: 'piped',
  }).spawn();
  let log = '';
  const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) log += text;
  };
  const output = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const event = async (name: string) => {
    while (!log.includes(`"event":"${name}"`)) {
      const ended = await Promise.race([child.status, delay(10)]);
      if (ended) throw new Error(`The service ended with ${ended.code}\n${log}`);
    }
  };
  await event('listening');
  let backups = 0;
  return {
    url: /"url":"([^"]+)"/.exec(log)?.[1] ?? '',
    process: child,
    journal,
    log: () => log,
    event,
    async backUp() {
      child.kill('SIGUSR2');
      backups += 1;
      while (log.split('"event":"backed up"').length <= backups) {
        const ended = await Promise.race([child.status, delay(5)]);
        if (ended) throw new Error(`The service ended with ${ended.code}`);
      }
    },
    setFaults({ syncErrno = 0, writeErrno = 0, clockOffset = 0 }) {
      const view = new DataView(new ArrayBuffer(16));
      view.setInt32(0, syncErrno, true);
      view.setInt32(4, writeErrno, true);
      view.setBigInt64(8, BigInt(clockOffset) * 1_000_000n, true);
      // In place: the service has mapped the file.
      using file = Deno.openSync(faults, { write: true });
      file.writeSync(new Uint8Array(view.buffer));
    },
    async kill() {
      try {
        child.kill('SIGKILL');
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
      await child.status;
      await output;
    },
  };
}

function delay(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null));
}
