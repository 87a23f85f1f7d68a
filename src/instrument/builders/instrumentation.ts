import type { BuildConfiguration } from "../../settings/schema";
import type { BuildPlan } from "../buildPlan";
import type { GoPackage } from "../packages/goPackages";

/** What docker.Image makes an image of. */
export interface ImageSource {
  /** absolute path of the build context */
  readonly context: string;
  /** absolute path of the Dockerfile */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
}

/** A build before it is planned. */
export interface BuildRequest {
  /** the operator's name */
  readonly name: string;
  /** absolute path of the operator's source */
  readonly source: string;
  readonly build: BuildConfiguration;
  /** what its programs are made of, their main packages among them */
  readonly packages: readonly GoPackage[];
}

/** How a container starts a program. */
export interface Start {
  /** absolute path of the program in the image */
  readonly program: string;
  /** arguments that come before the operator's own */
  readonly args: readonly string[];
}

/** One way of making an instrumented image. A new way is a new file with one of these. */
export interface Instrumentation {
  /** what it does, in a few words, for people who wait */
  readonly title: (plan: BuildPlan) => string;
  /**
   * What goes into the image besides Go packages and settings, as plain JSON: it becomes part of what identifies the build.
   * @throws SettingsError where something that the way needs is not there
   */
  readonly inputs?: (request: BuildRequest) => Promise<unknown>;
  /**
   * Makes what the image is made of.
   * @param folder absolute path of an empty folder, which is renamed afterwards
   * @throws ProgramError with the compiler's words
   */
  readonly make: (plan: BuildPlan, folder: string, progress: (message: string) => void) => Promise<void>;
  /**
   * What docker.Image makes the image of.
   * @param folder the folder that `make` filled, in its final place
   */
  readonly source: (plan: BuildPlan, folder: string) => ImageSource;
  /** whether its builds take what instrument/runtime lays over the standard library: without, there are no snapshots and no profiles */
  readonly runtime?: boolean;
  /** how containers start a program, where the manifests' own command would not do */
  readonly start?: (program: string) => Start;
  /** whether programs stand where its own recipe puts them, and start as that says: what the plan says of places is only looked for */
  readonly ownPlaces?: boolean;
  /** whether what `make` left in the engine, outside of its folder, is still there */
  readonly isKept?: (plan: BuildPlan) => Promise<boolean>;
  /** given where another's command line compiles, so that the image has to be checked: the setting that is at fault, and the way out, a sentence */
  readonly unsure?: { readonly setting: string; readonly wayOut: string };
}
