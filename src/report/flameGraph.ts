import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { escapeHtml } from "../system/text/escape";

/**
 * A page that draws pprof profiles as flame graphs and needs nothing but a browser: it has speedscope (https://www.speedscope.app, MIT) and the
 * profiles inside of it.
 * @param title names what was profiled
 * @param profiles packed as Go packs them, by their kind; at least one
 */
export async function flameGraphPage(title: string, profiles: ReadonlyMap<string, Buffer>): Promise<string> {
  const { script, style, licence } = await speedscope();
  const kinds = [...profiles.keys()].map(escapeHtml);
  const data = [...profiles].map(
    ([kind, bytes]) =>
      `<script type="text/plain" data-profile="${escapeHtml(kind)}">${bytes.toString("base64")}</script>`,
  );
  return `<!DOCTYPE html>
<!--
The program in this page is speedscope:

${licence.replaceAll("--", "- -")}
-->
<html>
<head>
<meta charset="UTF-8">
<title>${escapeHtml(title)}</title>
<style>${style}
#profiles { position: fixed; right: 0; bottom: 0; z-index: 9; padding: 4px 8px; background: #fff; font: 12px monospace; }</style>
</head>
<body>
<nav id="profiles">${kinds.map((kind) => `<a href="?profile=${kind}">${kind}</a>`).join(" ")}</nav>
${data.join("\n")}
<script>${choose}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * Hands the profile that the page's address asks for to speedscope, by the way that its own command line takes (bin/cli.mjs): told of a local
 * file in the hash, it offers a function for whoever brings the content, and waits. Sums of processes have no order in time, so equal stacks lie together.
 */
const choose = `
const all = [...document.querySelectorAll("script[data-profile]")];
const asked = new URLSearchParams(location.search).get("profile");
const chosen = all.find((one) => one.dataset.profile === asked) ?? all[0];
const kind = chosen.dataset.profile;
Object.defineProperty(window, "speedscope", {
  set: (offer) => setTimeout(() => offer.loadFileFromBase64(kind + ".pb.gz", chosen.textContent)),
});
location.replace("#localProfilePath=in-this-page&view=left-heavy&title=" + encodeURIComponent(document.title + ": " + kind));
`;

/** The standalone build that the package brings along. */
async function speedscope(): Promise<{ script: string; style: string; licence: string }> {
  const home = path.dirname(require.resolve("speedscope/package.json"));
  const read = (...name: string[]) => readFile(path.join(home, ...name), "utf8");
  const index = await read("dist", "release", "index.html");
  const [, style] = /<link rel="stylesheet" href="([\w.-]+\.css)">/.exec(index) ?? [];
  const [, script] = /<script src="([\w.-]+\.js)"><\/script>/.exec(index) ?? [];
  if (style === undefined || script === undefined)
    throw new Error("Expected speedscope's page to be a style sheet and a script, got a page of another shape");
  return {
    // Inside a page, these would end the script or begin a comment.
    script: (await read("dist", "release", script)).replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--"),
    // Its font is a file of its own; there are others.
    style: (await read("dist", "release", style)).replace(/@font-face\{[^}]*\}/g, "").replace(/\/\*#.*\*\//, ""),
    licence: (await read("LICENSE")).trim(),
  };
}
