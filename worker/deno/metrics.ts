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
  failed_jobs: 'Jobs on documents that failed, such as compactions',
  failed_writes: 'Writes that the disk did not take',
} as const;

/** Measured when the metrics are read. */
const gauges = {
  sockets: 'Open WebSockets',
  documents: 'Open documents',
  unsent_bytes: 'Bytes buffered for clients that have not read them',
  storage_writable: 'Whether the data folder can be written: 1, or 0',
  memory_bytes: 'Resident memory of the process',
  backup_time_seconds: 'When the last backup ended, as Unix time; 0 for none since the start',
  backup_failed_documents: 'Documents that the last backup did not contain completely',
} as const;

interface Budget {
  readonly used: number;
  readonly limit: number;
}

export type Budgets = Readonly<Record<string, Budget>>;

const budgetMetrics = {
  used: { help: 'What the process uses of a budget' },
  limit: { help: 'The budget; beyond it, requests get 503' },
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
  toText(measured: Readonly<Record<Gauge, number>>, budgets: Budgets = {}): string {
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
    for (const [name, value] of Object.entries(budgetMetrics)) {
      lines.push(`# HELP edgepad_budget_${name} ${value.help}`);
      lines.push(`# TYPE edgepad_budget_${name} gauge`);
      for (const [budget, measuredBudget] of Object.entries(budgets)) {
        lines.push(
          `edgepad_budget_${name}{budget="${budget}"} ${measuredBudget[name as keyof Budget]}`,
        );
      }
    }
    return `${lines.join('\n')}\n`;
  }
}
