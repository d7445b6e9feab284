/** What can be counted, and what it means to somebody who reads the figures. */
const counters = {
  versions: 'Updates stored',
  received_bytes: 'Bytes of WebSocket messages received',
  sent_bytes: 'Bytes of WebSocket messages sent',
  sockets_opened: 'WebSockets opened',
  closed: 'Connections that the service closed, by close code',
  requests: 'HTTP requests answered, by status',
  documents_opened: 'Times a document was opened from its file',
  alarms: 'Alarms of documents that were run',
  faults: 'Errors that nobody foresaw',
} as const;

/** What is read at the moment somebody asks. */
const gauges = {
  sockets: 'WebSockets open now',
  documents: 'Documents open now',
  unsent_bytes: 'Bytes that wait in this process for clients to read them',
  memory_bytes: 'Memory of this process',
} as const;

export type Counter = keyof typeof counters;
export type Gauge = keyof typeof gauges;

/** Counts what happens, for Prometheus. No name of a document and no address is in it. */
export class Metrics {
  readonly #counts = new Map<Counter, Map<string, number>>();

  count(counter: Counter, by = 1, labels: Readonly<Record<string, string>> = {}): void {
    let series = this.#counts.get(counter);
    if (!series) this.#counts.set(counter, series = new Map());
    const label = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(',');
    series.set(label, (series.get(label) ?? 0) + by);
  }

  /** All of it in the text format of Prometheus. */
  toText(now: Readonly<Record<Gauge, number>>): string {
    const lines: string[] = [];
    for (const [name, help] of Object.entries(counters)) {
      const series = this.#counts.get(name as Counter) ?? new Map([['', 0]]);
      lines.push(`# HELP edgepad_${name}_total ${help}`, `# TYPE edgepad_${name}_total counter`);
      for (const [label, value] of series) {
        lines.push(`edgepad_${name}_total${label && `{${label}}`} ${value}`);
      }
    }
    for (const [name, help] of Object.entries(gauges)) {
      lines.push(`# HELP edgepad_${name} ${help}`, `# TYPE edgepad_${name} gauge`);
      lines.push(`edgepad_${name} ${now[name as Gauge]}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
