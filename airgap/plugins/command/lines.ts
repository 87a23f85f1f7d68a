import { StringDecoder } from "node:string_decoder";

/**
 * Cuts a stream of bytes into lines.
 *
 * @param each called with every line, without its end. The last line needs no end: it comes at `end`.
 */
export function lineCutter(each: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  // A character of several bytes may be cut in two between chunks.
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? "";
      lines.forEach(each);
    },
    end() {
      rest += decoder.end();
      if (rest !== "") each(rest);
      rest = "";
    },
  };
}
