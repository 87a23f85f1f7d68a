import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runGoTool } from "../../coverage/goTool";

/** So many files fit on a command line. */
const AT_ONCE = 200;

/**
 * Adds up pprof profiles of one kind with `go tool pprof -proto`.
 * @param files absolute paths, at least one
 * @returns the sum, packed as Go packs profiles
 * @throws ProgramError if Go is missing or pprof refuses them
 */
export async function mergePprof(files: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    let left = await Promise.all(
      files.map(async (file, index) => {
        const name = `in${index}.pb.gz`;
        await symlink(file, path.join(folder, name));
        return name;
      }),
    );
    for (let round = 1; round === 1 || left.length > 1; round++) {
      const sums: string[] = [];
      for (let at = 0; at < left.length; at += AT_ONCE) {
        const sum = `sum${round}-${at}.pb.gz`;
        // Go writes names of functions into profiles by itself: there is nothing to look up in a program that this machine may not have.
        await runGoTool(
          ["pprof", "-symbolize=none", "-proto", `-output=${sum}`, ...left.slice(at, at + AT_ONCE)],
          folder,
        );
        sums.push(sum);
      }
      left = sums;
    }
    return await readFile(path.join(folder, left[0]!));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
