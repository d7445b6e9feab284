const counters = {
  versions: 'Updates stored',
  received_bytes: 'Bytes of WebSocket messages received',
  sent_bytes: 'Bytes of WebSocket messages sent',
  sockets_opened: 'WebSockets opened',
  closed: 'Connections closed by the service, by close code',
  requests: 'HTTP requests answered, by status',
  documents_opened: 'Times a document was opened from its file',
  alarms: 'Document alarms run',
  faults: 'Unexpected errors',
} as const;

/** Measured when the metrics are read. */
const gauges = {
  sockets: 'Open WebSockets',
  documents: 'Open documents',
  unsent_bytes: 'Bytes buffered for clients that have not read them',
  memory_bytes: 'Resident memory of the process',
} as const;

type Counter = keyof typeof counters;
type Gauge = keyof typeof gauges;

/** The metrics for Prometheus. They contain no document names and no addresses. */
export class Metrics {
  readonly #counts = new Map<Counter, Map<string, number>>();

  count(counter: Counter, by = 1, labels: Readonly<Record<string, string>> = {}): void {
    let series = this.#counts.get(counter);
    if (!series) this.#counts.set(counter, series = new Map());
    const label = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(',');
    series.set(label, (series.get(label) ?? 0) + by);
  }

  /** Writes the Prometheus text format. */
  toText(measured: Readonly<Record<Gauge, number>>): string {
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
      lines.push(`edgepad_${name} ${measured[name as Gauge]}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
