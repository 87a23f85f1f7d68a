import type { Difference } from "./differences";
import type { Log } from "./log";
import type { Path, Properties } from "./values";

/** One request of the engine about one resource. */
export interface Call {
  readonly urn: string;
  /** Such as `command:local:Command`. */
  readonly type: string;
  /** The name that the program gave the resource. */
  readonly name: string;
  /** From the option `customTimeouts`; undefined where the program gave none. */
  readonly timeoutSeconds: number | undefined;
  /** Where the secrets lie in the resource's new inputs. */
  readonly inputSecrets: readonly Path[];
  /** Where the secrets lie in the resource's old outputs. */
  readonly oldSecrets: readonly Path[];
  /** Aborted when the person at the terminal has had enough, or when the engine is gone. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What the state remembers of a resource. */
export interface Old {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** The outputs of a resource, and which of them are to be encrypted in the state. */
export interface Outputs {
  readonly properties: Properties;
  readonly secrets: readonly Path[];
}

/** A complaint about an input, before anything is done. */
export interface Complaint {
  /** The path of the input, as the program writes it. */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  /** The inputs to go on with; the very object that came in where nothing was added. */
  readonly inputs: Properties;
  /** Where there are secrets beside those which came as such. */
  readonly secrets?: readonly Path[];
  readonly complaints?: readonly Complaint[];
}

export interface Changes {
  readonly differences: readonly Difference[];
  /** Those among `differences` that an update can't bring about. */
  readonly replacing?: readonly Difference[];
  /** For objects whose successor takes the same name. */
  readonly deleteBeforeReplace?: boolean;
}

/** A plugin: how each request is answered, in plain values. An error's message is shown to the user as it is. */
export interface Provider {
  /** Must be the version of the SDK, or the engine looks for another plugin. */
  readonly version: string;
  configure?(configuration: Properties, log: Log): void;
  diffConfig?(old: Properties, next: Properties): Changes;
  check(call: Call, inputs: Properties): Checked | Promise<Checked>;
  diff(call: Call, old: Old, inputs: Properties): Changes;
  create(call: Call, inputs: Properties): Promise<Outputs & { readonly id: string }>;
  /** @returns undefined where the object is gone. Without this function, the state is taken for the truth. */
  read?(call: Call, id: string, old: Old): Promise<(Outputs & { readonly inputs: Properties }) | undefined>;
  update(call: Call, id: string, old: Old, inputs: Properties): Promise<Outputs>;
  delete(call: Call, id: string, old: Old): Promise<void>;
}

/** The object exists, and must be remembered, but isn't what it was meant to be. The next update tries again. */
export class InitializationFailure extends Error {
  override readonly name = "InitializationFailure";

  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Outputs,
    /** Given by `read` alone. */
    readonly inputs?: Properties,
  ) {
    super(message);
  }
}
