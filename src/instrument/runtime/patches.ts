/** A package of the standard library beside the coverage package in which we change whole lines of one file, and to which we add one file of ours. */
export interface Patch {
  readonly importPath: string;
  /** the file that is changed */
  readonly file: string;
  /** each must be there once */
  readonly lines: readonly { readonly from: string; readonly to: string }[];
  /** what our file uses of the package, and the files where that is */
  readonly relied: readonly string[];
  readonly reliedFiles: readonly string[];
  /** ours, in this folder; laid beside as operator_coverage_NAME.go, a name that no other of our files has */
  readonly source: { readonly folder: string; readonly name: string };
}

/**
 * Tells whoever takes them of the signals that would end the process. It has to be in os/signal, because only that package knows what an operator handles at a
 * moment; few packages depend on it, so little more is compiled anew.
 */
export const signalPatch: Patch = {
  importPath: "os/signal",
  file: "signal_unix.go",
  lines: [
    { from: "\t\tprocess(syscall.Signal(signal_recv()))", to: "\t\treceive(syscall.Signal(signal_recv()))" },
    { from: "\tsignal_disable(uint32(sig))", to: "\tdisable(sig)" },
  ],
  relied: [
    "var handlers struct",
    "\tref [numSig]int64",
    "\tstopping []stopping",
    "\twatchSignalLoopOnce sync.Once",
    "\twatchSignalLoop     func()",
    "func (h *handler) want(sig int) bool",
    "func signum(sig os.Signal) int",
    "func process(sig os.Signal)",
    "func signal_enable(uint32)",
    "func signal_ignored(uint32) bool",
    "func signalWaitUntilIdle()",
  ],
  reliedFiles: ["signal.go", "signal_unix.go"],
  source: { folder: "_signal", name: "fatal" },
};

/** Tells whoever takes them of programs that are about to take the place of the process's own. */
export const execPatch: Patch = {
  importPath: "syscall",
  file: "exec_unix.go",
  // On one line each, so that traces of panics keep their line numbers.
  lines: [
    { from: "\truntime_BeforeExec()", to: "\tbeforeExec(); runtime_BeforeExec()" },
    { from: "\truntime_AfterExec()", to: "\truntime_AfterExec(); afterExec()" },
  ],
  relied: ["func Exec(argv0 string, argv []string, envv []string) (err error)"],
  reliedFiles: ["exec_unix.go"],
  source: { folder: "_syscall", name: "replace" },
};

/**
 * Which packages beside the coverage package are changed. Nearly all of the standard library depends on syscall, and would be compiled anew, so that one is only
 * where a program may use it.
 */
export function patchesOf({ execs }: { readonly execs: boolean }): readonly Patch[] {
  return execs ? [signalPatch, execPatch] : [signalPatch];
}

/** @returns undefined where a line is not there, or more than once */
export function patchLines(text: string, lines: Patch["lines"]): string | undefined {
  const patched = text.split("\n");
  for (const { from, to } of lines) {
    const at = patched.indexOf(from);
    if (at < 0 || patched.lastIndexOf(from) !== at) return undefined;
    patched[at] = to;
  }
  return patched.join("\n");
}
