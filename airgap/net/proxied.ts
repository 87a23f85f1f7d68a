import { EnvHttpProxyAgent, fetch } from "undici";

let dispatcher: EnvHttpProxyAgent | undefined;

/** By the proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in either case), which Node.js 20's own `fetch` passes over. */
function byProxies(): EnvHttpProxyAgent {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env;
  const [httpProxy, httpsProxy] = [withScheme(http_proxy ?? HTTP_PROXY), withScheme(https_proxy ?? HTTPS_PROXY)];
  dispatcher ??= new EnvHttpProxyAgent({ httpProxy, httpsProxy });
  return dispatcher;
}

/** As Go and curl read it: a proxy without a scheme is one of HTTP. */
function withScheme(proxy: string | undefined): string | undefined {
  return !proxy || proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** `fetch`, through the user's proxies; what can't be one fails as a fetch does. */
export const proxied = async (url: string, init: Omit<Parameters<typeof fetch>[1] & object, "dispatcher"> = {}) =>
  fetch(url, { ...init, dispatcher: byProxies() });
