/** How often the listener is checked, in milliseconds. */
const interval = 5_000;
/** How long a connection may take to be accepted, in milliseconds. */
const acceptTimeout = 5_000;
/** The failed checks in a row after which the listener counts as dead. */
const maxFailures = 2;

interface ListenerCheckOptions {
  /** Frees file descriptors. Called after a check that failed. */
  release(): void;
  /** The listener accepts no connections any more. */
  onFailure(error: Error): void;
}

/**
 * Checks that the server accepts connections, by connecting to it. Without a free file descriptor the
 * runtime stops accepting for good, and reports no error.
 */
export class ListenerCheck {
  readonly #options: ListenerCheckOptions;
  #timer: ReturnType<typeof setInterval> | null = null;
  #accepted = 0;
  #failures = 0;
  #isRunning = false;
  /** Whether the process can connect to itself: on some systems not to 0.0.0.0. */
  #hasSucceeded = false;

  constructor(options: ListenerCheckOptions) {
    this.#options = options;
  }

  /** Resolves after the first check: until one has succeeded, a failure is no sign of a dead listener. */
  async start(address: { readonly hostname: string; readonly port: number }): Promise<void> {
    this.#timer = setInterval(() => void this.#check(address), interval);
    await this.#check(address);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A connection was accepted. */
  accepted(): void {
    this.#accepted += 1;
  }

  async #check(address: { readonly hostname: string; readonly port: number }): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#connect(address);
      this.#failures = 0;
      this.#hasSucceeded = true;
    } catch (error) {
      // Without the permission to connect there is no check.
      if (error instanceof Deno.errors.NotCapable) return this.stop();
      if (!this.#hasSucceeded) return;
      this.#options.release();
      this.#failures += 1;
      if (this.#failures < maxFailures || this.#timer === null) return;
      this.stop();
      this.#options.onFailure(error as Error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #connect(address: { readonly hostname: string; readonly port: number }): Promise<void> {
    const accepted = this.#accepted;
    using _ = await Deno.connect(address);
    const deadline = performance.now() + acceptTimeout;
    while (this.#accepted === accepted) {
      if (performance.now() > deadline) throw new Error('A connection is not accepted');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
