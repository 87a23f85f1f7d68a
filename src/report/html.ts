import type { Profile } from "../coverage/profile/profile";
import { escapeHtml } from "../system/text/escape";

/**
 * The report coverage.html: the page that `go tool cover -html` made of staged files, with their own names.
 * @param page the page with a `stagedName` for each file
 * @param profile the profile whose files were staged
 * @throws Error if the page does not name every file once, as another version of Go might make it
 */
export function htmlPage(page: string, profile: Profile): string {
  let named = 0;
  // Sources stand in the page with each < escaped, so that only the page itself can hold an <option>.
  const renamed = page.replace(
    /(<option value="file(\d+)">)\.\/(\d+)\.go( \(\d+\.\d%\)<\/option>)/g,
    (_, start: string, index: string, staged: string, end: string) => {
      const file = profile.files[Number(staged) - 1];
      if (!file || Number(staged) !== Number(index) + 1) throw unexpected();
      named++;
      return `${start}${escapeHtml(file.name)}${end}`;
    },
  );
  if (named !== profile.files.length) throw unexpected();
  return renamed.replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(titleOf(profile))}</title>`);
}

/** Go's own title: the first file's package. */
function titleOf(profile: Profile): string {
  const name = profile.files[0]?.name
    .split("/")
    .slice(0, -1)
    .filter((segment) => segment !== "")
    .at(-1);
  return `${name === undefined ? "" : `${name}: `}Go Coverage Report`;
}

function unexpected(): Error {
  return new Error("Expected go tool cover to name each file once in its page, got a page of another shape");
}
