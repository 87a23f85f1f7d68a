// Bytes that a terminal obeys or that break a line (C0, DEL, C1, and Unicode's line and direction controls).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text on one line that a terminal shows as it is: control characters become visible escapes such as \n or \u001b. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const known: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    return known[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Text for the body or a quoted attribute of an HTML page, escaped as Go's html/template does. */
export function escapeHtml(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return escapeControls(text).replace(/[&<>"'+]/g, (character) => named[character] ?? entityOf(character));
}

/**
 * Text for a line of GitHub's Markdown, a table's cell too: whatever could be markup, HTML, a formula, a mention or a cell's end becomes a
 * character reference, which Markdown takes as plain text. It must not stand at the very beginning of a line, where "1." or "-" make lists.
 */
export function escapeMarkdown(text: string): string {
  return escapeControls(text).replace(/[\\`*_{}[\]()<>#!|~&$@^"']|:(?=\/\/)/g, entityOf);
}

function entityOf(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
