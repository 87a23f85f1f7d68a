/** Whether something could not be looked at because it is another user's: that is for that user to see, and tells nothing of whether it is there. */
export function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}
