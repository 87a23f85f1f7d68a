const ORPHAN_CHECK_MS = 1_000;

/**
 * Ends this process when the engine asks it to (SIGTERM, SIGINT) or is gone itself, but not in the middle of work:
 * what a command was about to create, it must be able to clean up.
 *
 * @param stop asks the work that is under way to come to an end; resolves when it has.
 */
export function endWithEngine(stop: () => Promise<void>): void {
  const parent = process.ppid;
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await stop();
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // A killed engine says nothing, but its children get another parent.
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, ORPHAN_CHECK_MS).unref();
}
