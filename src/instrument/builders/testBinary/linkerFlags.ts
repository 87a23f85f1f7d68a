/**
 * Linker flags for a main package that is built as a test. Its variables, which people set at link time (`-X main.version=1.2.3`), go by the
 * package's import path then.
 * @param ldflags as given to `go build`
 * @param importPath the main package's
 */
export function testLinkerFlags(ldflags: string, importPath: string): string {
  return ldflags.replace(/(?<=(?:^|[\s'"])--?X['"]?[\s=]+['"]?)main\./g, `${importPath}.`);
}
