import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { SmallDisk } from '../servers/small-disk.ts';

/** What happens to a service beside its clients. */
export interface Operator {
  /** Backs up every document, of which one is damaged. Returns what went wrong. */
  backUp(): Promise<string[]>;
  /** Fills the disk, and makes space again a second later. */
  fillDisk(): Promise<void>;
  dispose(): void;
}

interface BackedUpServer {
  readonly pid: number;
  readonly data: string;
  log(): string;
}

const damaged = 'damaged-document';

/** Keeps a damaged document in the data folder, with a backup. */
export class DenoOperator implements Operator {
  readonly #server: BackedUpServer;
  readonly #disk: SmallDisk;
  readonly #backups: string;

  constructor(server: BackedUpServer, disk: SmallDisk, backups: string) {
    this.#server = server;
    this.#disk = disk;
    this.#backups = backups;
    // The part after `+` encodes capital letters.
    const file = join(server.data, 'documents', `${damaged}+.sqlite`);
    writeFileSync(file, 'This was a document. '.repeat(1000));
    writeFileSync(join(backups, `${damaged}+.edgepad`), 'its last good backup');
  }

  async backUp(): Promise<string[]> {
    const start = new Date().toISOString();
    process.kill(this.#server.pid, 'SIGUSR2');
    const deadline = performance.now() + 60_000;
    let result: BackupEvent | null = null;
    while (!result && performance.now() < deadline) {
      await pause(100);
      result = backupSince(start, this.#server.log());
    }
    if (!result) return ['a backup was not complete after a minute'];
    const faults: string[] = [];
    if (result.documents < 4) faults.push(`a backup has ${result.documents} documents`);
    if (result.failed.join() !== damaged) {
      faults.push(`a backup names ${result.failed.join()} as failed, and not ${damaged}`);
    }
    if (!existsSync(join(this.#backups, `${damaged}+.edgepad`))) {
      faults.push('a backup has removed the last good one of a damaged document');
    }
    return faults;
  }

  async fillDisk(): Promise<void> {
    this.#disk.fill();
    await pause(1000);
    this.#disk.release();
  }

  dispose(): void {
    this.#disk.dispose();
  }
}

interface BackupEvent {
  readonly documents: number;
  readonly failed: readonly string[];
}

/** The result that a log has after a time. */
function backupSince(start: string, log: string): BackupEvent | null {
  const line = log.split('\n').findLast((line) => line.includes('"event":"backed up"'));
  if (!line) return null;
  const { time, ...result } = JSON.parse(line) as BackupEvent & { readonly time: string };
  return time >= start ? result : null;
}
