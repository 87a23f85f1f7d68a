/** One flag: in quotes that it begins with, and that know no escapes, or up to the next space. */
const flag = /[ \t\n\r]*(?:'[^']*'|"[^"]*"|[^ \t\n\r'"][^ \t\n\r]*)/y;

/** In front of the flags may stand the packages that they are for. */
const packages = /^[^'"=-][^=]*=/;

/**
 * Whether the go command can read linker flags, as `-ldflags` takes them (Go's cmd/go/internal/load, PerPackageFlag.Set, and cmd/internal/quoted, Split).
 * Quotes inside a flag are a part of it.
 */
export function isFlagList(text: string): boolean {
  const given = text.trim();
  const list = given.replace(packages, "");
  if (list === given && !/^(-|$)/.test(given)) return false;
  flag.lastIndex = 0;
  for (let at = 0; at < list.length; at = flag.lastIndex) if (!flag.test(list)) return false;
  return true;
}
