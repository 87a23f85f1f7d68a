import { Metadata } from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Says things to the person at the terminal, about one resource. */
export interface Log {
  /** A passing word on how far the work is; the next one takes its place. */
  status(message: string): void;
  /** Stays on the screen, and in the summary at the end. */
  info(message: string): void;
  /** Like `info`, but something that should be looked at. */
  warn(message: string): void;
}

const DELIVERY_MS = 5_000;
// A script that prints faster than the engine listens shall not be held up, nor fill the memory.
const MAX_WAITING = 1_000;

/** A log whose messages reach the engine in the order in which they were written. */
export class EngineLog implements Log {
  private readonly waiting: LogRequest[] = [];
  private delivered: Promise<void> | undefined;

  /**
   * @param engine undefined where there is nobody to talk to; messages are then dropped.
   * @param urn of the resource; empty for messages about the provider as a whole.
   */
  constructor(
    private readonly engine: EngineClient | undefined,
    private readonly urn: string,
  ) {}

  status(message: string): void {
    this.send(LogSeverity.INFO, message, true);
  }

  info(message: string): void {
    this.send(LogSeverity.INFO, message, false);
  }

  warn(message: string): void {
    this.send(LogSeverity.WARNING, message, false);
  }

  /** Resolves when every message has arrived: a message after the operation's answer may never be shown. */
  async flushed(): Promise<void> {
    await this.delivered;
  }

  private send(severity: LogSeverity, message: string, ephemeral: boolean): void {
    if (this.engine === undefined) return;
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(this.urn);
    request.setEphemeral(ephemeral);
    if (this.waiting.length >= MAX_WAITING) this.dropOldestStatus();
    this.waiting.push(request);
    this.delivered ??= this.deliver(this.engine);
  }

  private dropOldestStatus(): void {
    const oldest = this.waiting.findIndex((request) => request.getEphemeral());
    if (oldest >= 0) this.waiting.splice(oldest, 1);
  }

  private async deliver(engine: EngineClient): Promise<void> {
    // One at a time, for concurrent calls may overtake each other. An engine that is gone must not fail the work.
    for (let request = this.waiting.shift(); request !== undefined; request = this.waiting.shift()) {
      const message = request;
      await new Promise<void>((resolve) => {
        engine.log(message, new Metadata(), { deadline: Date.now() + DELIVERY_MS }, () => resolve());
      });
    }
    this.delivered = undefined;
  }
}
