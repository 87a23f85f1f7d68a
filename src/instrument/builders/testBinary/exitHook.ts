const exit = /^func Exit\(code int\) \{$/gm;

/**
 * Makes package os ask before a program ends: `go/testBinary/_program/operatorcoverage/exit.go` sets the variable. Later versions of Go have such a hook.
 * @param source os/proc.go of a Go before 1.20
 * @throws Error where it has no Exit of the kind that is known
 */
export function hookExit(source: string): string {
  if (source.match(exit)?.length !== 1) {
    throw new Error(
      "Expected os/proc.go of this Go to declare `func Exit(code int) {` once. Build with another version of Go.",
    );
  }
  // On one line each, so that traces of panics keep their line numbers.
  return `${source.replace(exit, (line) => `${line} if beforeExit != nil { beforeExit() }`)}\nvar beforeExit func()\n`;
}
