import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startDenoServer } from '../servers/deno-server.ts';
import { freePort } from '../servers/dev-server.ts';
import { mountSmallDisk } from '../servers/small-disk.ts';
import { startWorkerd } from '../servers/workerd-server.ts';
import { DenoOperator, type Operator } from './operator.ts';

/** Clock ticks of `/proc/PID/stat` in a second. */
const ticksPerSecond = 100;
/** The size of the disk under a service on Deno, in MB. It is in memory, and takes what is written. */
const diskMegabytes = 4096;

/** A service, and what it takes of the machine. Linux only. */
export interface MeasuredServer {
  readonly url: string;
  /** What an operator does with it; null where the platform does it. */
  readonly operator: Operator | null;
  /** The resident memory in bytes. */
  memory(): number;
  /**
   * How much that may grow by the attacks, in bytes. The allocator of workerd keeps what is free, and the
   * platform counts the memory of isolates.
   */
  readonly maxResidentGrowth: number;
  /** The time of all its threads on a processor, in seconds. */
  cpuSeconds(): number;
  /** Collects garbage. Returns the bytes that the service's isolate uses then. */
  collectGarbage(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the service on Deno or workerd, in open mode. */
export async function startMeasured(host: 'deno' | 'workerd'): Promise<MeasuredServer> {
  const inspector = await freePort();
  const { server, operator } = host === 'deno'
    ? await startOnDeno(inspector)
    : { server: await startWorkerd({ inspector }), operator: null };
  return {
    url: server.url,
    operator,
    memory: () => server.memory(),
    maxResidentGrowth: host === 'deno' ? 96 * 2 ** 20 : Infinity,
    cpuSeconds() {
      const [, rest = ''] = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(/^.*\) /);
      const fields = rest.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    collectGarbage: () => collectGarbage(inspector),
    async stop() {
      await server.stop();
      operator?.dispose();
    },
  };
}

async function startOnDeno(inspector: number) {
  const disk = mountSmallDisk(diskMegabytes);
  const backup = disk && join(disk.path, 'backup');
  if (backup) mkdirSync(backup);
  const server = await startDenoServer({
    inspector,
    ...(disk && backup && { parent: disk.path, backup }),
  });
  return { server, operator: disk && backup ? new DenoOperator(server, disk, backup) : null };
}

/** Through the inspector: the garbage collector of an idle isolate does not run by itself. */
async function collectGarbage(inspector: number): Promise<number> {
  const listed = await fetch(`http://127.0.0.1:${inspector}/json`);
  const [target] = await listed.json() as readonly { readonly webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl); // each service has one
  try {
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const context = eventOf<{ readonly context: { readonly id: number } }>(
      socket,
      ({ method }) => method === 'Runtime.executionContextCreated',
    );
    await callInspector(socket, 1, 'Runtime.enable', {});
    const contextId = (await context).context.id;
    await callInspector(socket, 2, 'Runtime.evaluate', { expression: 'gc()', contextId });
    const usage = await callInspector(socket, 3, 'Runtime.getHeapUsage', {});
    return usage.usedSize + usage.backingStorageSize;
  } finally {
    socket.terminate();
  }
}

interface InspectorMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

async function callInspector(
  socket: WebSocket,
  id: number,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<HeapUsage> {
  const answer = messageOf(socket, (message) => message.id === id);
  socket.send(JSON.stringify({ id, method, params }));
  return (await answer).result as HeapUsage;
}

async function eventOf<T>(
  socket: WebSocket,
  isWanted: (message: InspectorMessage) => boolean,
): Promise<T> {
  return (await messageOf(socket, isWanted)).params as T;
}

function messageOf(
  socket: WebSocket,
  isWanted: (message: InspectorMessage) => boolean,
): Promise<InspectorMessage> {
  return new Promise((resolve) => {
    const read = (data: { toString(): string }) => {
      const message = JSON.parse(data.toString()) as InspectorMessage;
      if (!isWanted(message)) return;
      socket.off('message', read);
      resolve(message);
    };
    socket.on('message', read);
  });
}
