/**
 * Whether a Go source may hold directives that give its code the places of another file, from which it was generated. Comments
 * and strings that only look like one are taken for one.
 * @param source one character a byte
 */
export function hasLineDirectives(source: string): boolean {
  return /^\/\/line [^\n]*:|\/\*line /m.test(source);
}

/**
 * The same source without such directives. Nothing moves: lines, columns and what the code means to `go tool cover` stay, as what changes is one letter
 * of a comment, or of a string.
 * @param source one character a byte
 */
export function withoutLineDirectives(source: string): string {
  return source.replace(/\/\/line |\/\*line /g, (start) => start.replace("l", "L"));
}
