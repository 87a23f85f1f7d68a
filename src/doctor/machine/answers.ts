import { EnvHttpProxyAgent, fetch } from "undici";

/** `late` where there was none in time. */
export type Answer = "yes" | "no" | "late";

/**
 * Whether a site answers, through the proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in either case).
 * @param url of HTTPS
 * @param patience milliseconds
 */
export async function answers(url: string, env: NodeJS.ProcessEnv, patience: number): Promise<Answer> {
  try {
    const dispatcher = new EnvHttpProxyAgent({
      httpProxy: withScheme(env.http_proxy ?? env.HTTP_PROXY),
      httpsProxy: withScheme(env.https_proxy ?? env.HTTPS_PROXY),
      noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
    });
    try {
      const signal = AbortSignal.timeout(patience);
      const { status } = await fetch(url, { method: "HEAD", redirect: "manual", signal, dispatcher });
      // What stands between us and the site says 403 or 407 in its place.
      return status < 400 ? "yes" : "no";
    } finally {
      await dispatcher.destroy();
    }
  } catch (error) {
    return (error as Error).name === "TimeoutError" ? "late" : "no";
  }
}

/** As Go and curl read it: a proxy without a scheme is one of HTTP. */
function withScheme(proxy: string | undefined): string | undefined {
  return !proxy || proxy.includes("://") ? proxy : `http://${proxy}`;
}
