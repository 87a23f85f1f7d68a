import { stripVTControlCharacters } from "node:util";
import { escapeControls } from "../../system/text/escape";
import type { Line } from "./progress";

/** Where lines go: a terminal, or anything else that takes text. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** characters in a line of the terminal */
  readonly columns?: number;
}

/** Milliseconds without a line after which one says what is waited for, where there is no terminal. */
const patience = 30_000;

const marks: Readonly<Record<Line["mark"], string>> = { done: "✓", failed: "✗", note: " " };
const colours: Readonly<Record<Line["mark"], string>> = { done: "\x1b[32m", failed: "\x1b[31m", note: "" };

/** Prints a line for each thing that is done. On a terminal, one more line below tells what runs now; elsewhere, that is said from time to time. */
export class Screen {
  /** the line below; nothing where there is none */
  private live: string | undefined;
  private last: number;
  private readonly coloured: boolean;

  constructor(
    private readonly sink: Sink = process.stderr,
    env: NodeJS.ProcessEnv = process.env,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.last = now();
    this.coloured = sink.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  }

  print(mark: Line["mark"], text: string): void {
    this.clear();
    const sign = this.coloured && colours[mark] ? `${colours[mark]}${marks[mark]}\x1b[0m` : marks[mark];
    this.sink.write(`  ${sign} ${harmless(text)}\n`);
    this.last = this.now();
  }

  /** @param status what runs now; nothing where nothing does */
  waitsFor(status: string | undefined): void {
    if (this.sink.isTTY) {
      const line = status && cut(`  … ${harmless(status)}`, (this.sink.columns ?? 80) - 1);
      if (line === this.live) return;
      this.clear();
      if (line !== undefined) this.sink.write(line);
      this.live = line;
    } else if (status !== undefined && this.now() - this.last >= patience) this.print("note", `… ${status}`);
  }

  private clear(): void {
    if (this.live !== undefined) this.sink.write("\r\x1b[2K");
    this.live = undefined;
  }
}

/** What others' programs say must not steer the terminal: their colours go, and a carriage return does not write over what stands there. */
function harmless(text: string): string {
  return escapeControls(stripVTControlCharacters(text).replaceAll("\t", "  "));
}

/** @param width at most this many characters */
function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}
