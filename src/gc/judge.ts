/** What there is to know of a session. */
export interface Evidence {
  /**
   * `elsewhere`: the Docker engine has it, or its state folder, and this process has not; `apart`: what this process sees may be another machine's, for
   * the engine does not see it; `forbidden`: this user may not look into it
   */
  readonly checkout: "here" | "elsewhere" | "apart" | "forbidden" | "gone";
  /** whether the session's private folder is there, see src/state/folders.ts */
  readonly folder: boolean;
  /** whether its session.json is there, as from the first step of `up` to the last of `destroy` */
  readonly record: boolean;
  /** how many things Pulumi's state has that `destroy` would take away; nothing where that state can't be read from here */
  readonly resources: number | undefined;
  /** the process that works on it, if any */
  readonly worker?: number;
}

/** Whether what a session left may go. */
export interface Verdict {
  readonly dead: boolean;
  /** why, the end of a sentence that begins with the session's name */
  readonly because: string;
  /** what to do about it where it lives */
  readonly wayOut?: "destroy" | "wait" | "look there";
}

/** Decides whether a session is dead: nobody works on it and no `destroy` could take it away. In doubt it lives. */
export function judge({ checkout, folder, record, resources, worker }: Evidence): Verdict {
  if (worker !== undefined) return { dead: false, because: `is being worked on by process ${worker}`, wayOut: "wait" };
  if (checkout === "gone") return { dead: true, because: "is dead: its checkout is gone" };
  if (checkout === "forbidden")
    return { dead: false, because: "has a checkout that this user may not look into", wayOut: "look there" };
  if (checkout === "elsewhere")
    return {
      dead: false,
      because: "has a checkout that is not visible here, but to the Docker engine",
      wayOut: "look there",
    };
  if (checkout === "apart")
    return {
      dead: false,
      because: "may be another machine's: the Docker engine does not see this machine's files",
      wayOut: "look there",
    };
  if (resources !== undefined && resources > 0) return { dead: false, because: "lives", wayOut: "destroy" };
  if (!folder) return { dead: true, because: "is dead: its folder was deleted" };
  if (resources === undefined) {
    return record
      ? { dead: false, because: "may live: its Pulumi state can't be read from here", wayOut: "destroy" }
      : { dead: true, because: "has ended" };
  }
  return record
    ? { dead: true, because: "is dead: it was cut off, and Pulumi's state knows nothing of it" }
    : { dead: true, because: "has ended" };
}
