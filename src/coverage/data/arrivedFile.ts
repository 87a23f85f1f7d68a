import type { CoverageName } from "../../contract/counterNames";

/** A file that arrived from a pod. */
export interface ArrivedFile {
  /** tells the folders of a build's pods apart */
  readonly folder: string;
  readonly file: string;
  readonly name: CoverageName;
  /** the container whose process wrote it, where it was read and tells */
  readonly container?: string;
  /** set where it was read and says that another program took the place of the one that wrote it */
  readonly replaced?: true;
  /** @throws UnreadableError if there is nothing to read */
  read(): Buffer;
}

/** Sets a file aside for what was thrown when it was read. @throws the same, if that is no fault of the file */
export type SetAside = (file: ArrivedFile, error: unknown) => void;
