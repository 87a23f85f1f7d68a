import { proxied } from "./proxied";

/** What a fetch looks like to a probe. */
export type Fetch = (
  url: string,
  init: { method: string; signal: AbortSignal; redirect: "manual" },
) => Promise<{ status: number }>;

const TIMEOUT_MS = 2_000;

/** Places on the internet that spare us from making things ourselves. */
export const sites = {
  pulumi: { url: "https://get.pulumi.com/", answers: (status: number) => status < 400 },
  // A registry asks strangers for a token; anything else, 403 above all, comes from something between it and us.
  dockerHub: { url: "https://registry-1.docker.io/v2/", answers: (status: number) => status === 200 || status === 401 },
} as const;

/** Asks places whether they answer, each at most once. */
export class Probes {
  private readonly asked = new Map<string, Promise<boolean>>();

  /** @param fetchUrl makes the request
   * @param urls other addresses of the places, for tests and mirrors */
  constructor(
    private readonly fetchUrl: Fetch = proxied,
    readonly urls: Readonly<Record<keyof typeof sites, string>> = {
      pulumi: sites.pulumi.url,
      dockerHub: sites.dockerHub.url,
    },
  ) {}

  /** Tells whether a place answers within two seconds. */
  answers(site: keyof typeof sites): Promise<boolean> {
    const answer = this.asked.get(site) ?? this.ask(site);
    this.asked.set(site, answer);
    return answer;
  }

  private async ask(site: keyof typeof sites): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const { status } = await this.fetchUrl(this.urls[site], { method: "HEAD", redirect: "manual", signal });
      return sites[site].answers(status);
    } catch {
      return false;
    }
  }
}
