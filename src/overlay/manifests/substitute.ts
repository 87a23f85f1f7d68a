/** What became of a text with variables in it. */
export interface Substituted {
  readonly text: string;
  /** variables that have neither a value nor a default, in the order in which they stand */
  readonly missing: readonly string[];
}

/** `${NAME}` with or without a default, up to where the default begins; a space around a name was once allowed and still is. */
const opening = /\$\{ *([A-Za-z_][A-Za-z0-9_]*)(?: *\}|(?::=|:-|=|-))/y;

/**
 * Puts values into a text as clusterctl does, which leaves it to github.com/drone/envsubst: `${NAME}`, and with a default `${NAME:=x}`, `${NAME:-x}`,
 * `${NAME=x}` and `${NAME-x}`, which mean the same there; a default may hold variables itself, and an empty value makes way for it. `$$` is a `$`. All other
 * dollar signs stay: `$NAME`, `$(NAME)`, `$1`, and what only shells know, such as `${1}` and `${NAME%x}`.
 */
export function substitute(text: string, variables: Readonly<Record<string, string>>): Substituted {
  const missing: string[] = [];
  const value = (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined);

  /** @returns what a variable that begins at `start` stands for and where it ends; undefined where none begins */
  function variable(start: number, wanted: boolean): { text: string; end: number } | undefined {
    opening.lastIndex = start;
    const [whole, name] = opening.exec(text) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    const given = value(name);
    const after = start + whole.length;
    if (whole.endsWith("}")) {
      if (given === undefined && wanted) missing.push(name);
      return { text: given ?? "", end: after };
    }
    const fallback = until(after, wanted && !given);
    return fallback && { text: given || fallback.text, end: fallback.end };
  }

  /** A default, which goes up to its closing brace; undefined where it has none. */
  function until(start: number, wanted: boolean): { text: string; end: number } | undefined {
    let made = "";
    for (let at = start; at < text.length; ) {
      if (text[at] === "}") return { text: made, end: at + 1 };
      const inner = variable(at, wanted);
      made += inner?.text ?? text[at];
      at = inner?.end ?? at + 1;
    }
    return undefined;
  }

  let made = "";
  for (let at = 0; at < text.length; ) {
    if (text.startsWith("$$", at)) {
      made += "$";
      at += 2;
      continue;
    }
    const found = variable(at, true);
    made += found?.text ?? text[at];
    at = found?.end ?? at + 1;
  }
  return { text: made, missing };
}

/** A variable of the kind that clusterctl substitutes and neither a shell nor Kubernetes does where no shell reads it; undefined where a text has none. */
export function variableIn(text: string): string | undefined {
  return /(?<!\$)\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[=-][^}]*)?\}/.exec(text)?.[0];
}
