import { type Child, type EndingSignal, endingSignals } from "./child";

/** What a signal does depends on what runs: it ends the work that was asked for, but never the saving of its coverage. */
export class Interruption {
  private current: Child | undefined;
  private protect = false;
  /** the signal that ended the session early, if any */
  signal: EndingSignal | undefined;

  /** Begins to listen for the signals that end a session. */
  listen(): void {
    for (const signal of endingSignals) process.on(signal, () => this.receive(signal));
  }

  private receive(signal: EndingSignal): void {
    // A shell and the terminal itself may both say that it is gone; Pulumi takes a second signal for an order to end at once.
    const known = signal === "SIGHUP" && this.signal !== undefined;
    this.signal ??= signal;
    if (this.protect) {
      console.error(`==> ${signal}: coverage is being saved and the cluster taken away; this goes on to its end`);
      return;
    }
    if (known) return;
    console.error(`==> ${signal}: ending what runs; next: destroy, which saves the coverage so far`);
    this.current?.kill(signal);
  }

  /** Waits for a child that a signal ends. */
  async ends(child: Child): Promise<number> {
    this.current = child;
    if (this.signal) child.kill("SIGTERM");
    return child.status.finally(() => {
      this.current = undefined;
    });
  }

  /** Waits for a child that no signal ends. */
  async protects(child: Child): Promise<number> {
    this.protect = true;
    return child.status.finally(() => {
      this.protect = false;
    });
  }
}
