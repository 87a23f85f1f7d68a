import type { Subject } from "./operator";
import type { Report } from "./report";
import type { Scene } from "./scene";
import type { Fault, Outcome } from "./table";

/** One way to go wrong, and what the report must say of it. */
export interface Case {
  readonly fault: Fault;
  readonly subject: Subject;
  /** makes it go wrong, and returns what only can be known while it does */
  readonly happen: (scene: Scene, name: string) => Promise<unknown>;
  readonly assess: (report: Report, name: string, known: unknown) => Outcome | Promise<Outcome>;
}
