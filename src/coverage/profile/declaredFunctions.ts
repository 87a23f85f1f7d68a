/** A place in a source: lines and columns count from 1, columns in characters of the text that was given. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** From the first character to behind the last. */
export interface Extent {
  readonly start: Place;
  readonly end: Place;
}

// Comments and strings first, since what is in them is none of the others. A number may end in a dot, and a line with it.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\d[\w.]*|[\w\x80-\uffff]+|\n|[^\s]/g;

/** Behind one of these words, a line may go on in the next. */
const UNFINISHED = /^(?:chan|const|func|import|interface|map|package|struct|type|var)$/;

/**
 * Finds the functions that a Go source declares, methods too. What `go tool cover -func` counts lies in them; function literals outside, as in
 * `var f = func() {...}`, do not.
 * @param source one character a byte, so that columns are Go's
 */
export function declaredFunctions(source: string): Extent[] {
  const found: Extent[] = [];
  const placeOf = places(source);
  let depth = 0;
  /** where the declaration begins that is being read, if it is a function */
  let begun: number | undefined;
  let last = "";
  let lastEnd = 0;
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    const ends = token === ";" || (/^(?:\n|\/\*[\s\S]*\n)/.test(token) && mayEnd(last));
    if (ends && depth === 0) {
      if (begun !== undefined) found.push({ start: placeOf(begun), end: placeOf(lastEnd) });
      begun = undefined;
      last = "";
    }
    if (/^(?:\s|;|\/[/*])/.test(token)) continue;
    if (last === "" && token === "func" && depth === 0) begun = index;
    if ("([{".includes(token)) depth++;
    if (")]}".includes(token)) depth--;
    last = token;
    lastEnd = index + token.length;
  }
  if (begun !== undefined) found.push({ start: placeOf(begun), end: placeOf(lastEnd) });
  return found;
}

/** Whether Go puts a semicolon at the end of a line behind this token. */
function mayEnd(token: string): boolean {
  return /^[\w\x80-\uffff"'`)\]}]/.test(token) && !UNFINISHED.test(token);
}

/** @returns what finds the place of an index; indices must not decrease */
function places(source: string): (index: number) => Place {
  let line = 1;
  let from = 0;
  return (index) => {
    for (let next = source.indexOf("\n", from); next >= 0 && next < index; next = source.indexOf("\n", from)) {
      line++;
      from = next + 1;
    }
    return { line, column: index - from + 1 };
  };
}
