/** Instructions that heredocs belong to. */
const mayHave = /^\s*(onbuild\s+)?(run|copy|add)\s/i;

/** In what a shell reads: an escaped character, a text in quotes, a quote that is left open. */
const quoting = /\\.|'[^']*'|"(?:\\.|[^"\\])*"|(['"])/gs;

/** A heredoc that begins, in a word of its own (BuildKit's frontend/dockerfile/parser, ParseHeredoc). */
const beginning = /(?<=\s)\d*<<(-?)(['"]?)([^\s<'"]+)\2(?=\s|$)/g;

/**
 * Hides `<<` in a Dockerfile where it stands in quotes and is another program's (`RUN bash -c 'cat <<EOF ...'`): BuildKit takes it for no heredoc, but dockerfile-ast
 * does, and everything up to the end of the file for its text.
 * @returns a text of the same length, for that parser alone
 */
export function hideQuoted(text: string): string {
  const isContinued = /^(?:#.*=.*\n)*#\s*escape\s*=\s*`/i.test(text) ? /`\s*$/ : /\\\s*$/;
  const lines = text.split("\n");
  const hidden: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const first = at++;
    if (!mayHave.test(lines[first]!)) {
      hidden.push(lines[first]!);
      continue;
    }
    // An instruction goes on behind comments and empty lines.
    const goesOn = (line: string) => isContinued.test(line) || isComment(line) || line.trim() === "";
    while (at < lines.length && goesOn(lines[at - 1]!)) at++;
    const instruction = hideIn(lines.slice(first, at));
    hidden.push(...instruction);
    for (const [, dash, , name] of instruction
      .filter((line) => !isComment(line))
      .join("\n")
      .matchAll(beginning)) {
      const ends = (line: string) => (dash ? line.replace(/^\t+/, "") : line).replace(/\r$/, "") === name;
      while (at < lines.length && !ends(lines[at]!)) hidden.push(lines[at++]!);
      if (at < lines.length) hidden.push(lines[at++]!);
    }
  }
  return hidden.join("\n");
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}

/** Quotes in comments are none. */
function hideIn(lines: readonly string[]): string[] {
  const text = lines.map((line) => (isComment(line) ? line.replace(/['"\\]/g, "_") : line)).join("\n");
  const isOpen = [...text.matchAll(quoting)].some(([, open]) => open !== undefined);
  const hide = (part: string) => part.replaceAll("<<", "__");
  return (isOpen ? hide(text) : text.replace(quoting, hide)).split("\n");
}
