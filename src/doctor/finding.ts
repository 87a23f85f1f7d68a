/** What a check found out about this machine. */
export interface Finding {
  /** what was looked at, such as `kind` or `disk` */
  readonly subject: string;
  /** `stops`: a session would fail; `warning`: one may, or nobody can tell */
  readonly state: "ok" | "warning" | "stops";
  /** what is there, part of a sentence */
  readonly found: string;
  /** what to do about it, a sentence or more */
  readonly wayOut?: string;
}

/** What can't be told stops nobody, and is said. */
export function untold(subject: string, why: string, wayOut?: string): Finding {
  return { subject, state: "warning", found: `can't be told: ${why}`, wayOut };
}
