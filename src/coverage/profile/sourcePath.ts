import * as path from "node:path";

/**
 * Where the copy of a covered file should be.
 * @param sources absolute path of a folder laid out by import path
 * @param file a profile's name of the file; it comes out of the pods, so it may try to lead elsewhere
 * @returns an absolute path inside `sources`; undefined if the name leads out of it or is no import path, as that of a main.go built by itself
 */
export function sourcePath(sources: string, file: string): string | undefined {
  const segments = file.split("/");
  const inside = segments.every((s) => s !== "" && s !== "." && s !== ".." && !s.includes("\0"));
  return inside ? path.join(sources, ...segments) : undefined;
}
