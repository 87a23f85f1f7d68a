interface Rule {
  readonly matches: RegExp;
  readonly includes: boolean;
}

/**
 * Makes a test for paths that a .dockerignore file keeps out of the build: the last rule that matches a path or
 * one of its parents decides (moby/patternmatcher).
 *
 * @param text of the file; undefined where there is none.
 * @returns a function of a path relative to the context, with slashes.
 */
export function ignorer(text: string | undefined): (file: string) => boolean {
  const rules = (text ?? "")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap(parseRule);
  return (file) => {
    const parts = file.split("/");
    const andParents = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const last = rules.findLast(({ matches }) => andParents.some((path) => matches.test(path)));
    return last !== undefined && !last.includes;
  };
}

/** Whether the text has a rule that brings files back: then a folder that is left out may hold files that are not. */
export function hasExceptions(text: string | undefined): boolean {
  return /^\s*!/m.test(text ?? "");
}

function parseRule(line: string): Rule[] {
  if (line.startsWith("#")) return [];
  const trimmed = line.trim();
  const includes = trimmed.startsWith("!");
  const pattern = clean(includes ? trimmed.slice(1).trim() : trimmed);
  return pattern === "" ? [] : [{ matches: new RegExp(`^${toRegExp(pattern)}$`), includes }];
}

/** As Go's filepath.Clean, for paths that count from the context's root. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const TOKENS: readonly (readonly [RegExp, (token: string) => string])[] = [
  [/^\*\*\/?$/, () => ".*"],
  [/^\*\*\//, () => "(.*/)?"],
  [/^\*\*/, () => ".*"],
  [/^\*/, () => "[^/]*"],
  [/^\?/, () => "[^/]"],
  [/^\[\^?[^\]]+\]/, (token) => token],
  [/^\\[\s\S]/, (token) => `\\${token[1]}`],
  [/^[\s\S]/, (token) => token.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")],
];

function toRegExp(pattern: string): string {
  let source = "";
  for (let rest = pattern; rest !== ""; ) {
    const [expression, translate] = TOKENS.find(([token]) => token.test(rest))!;
    const [token] = expression.exec(rest)!;
    source += translate(token);
    rest = rest.slice(token.length);
  }
  return source;
}
