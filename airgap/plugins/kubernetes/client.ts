import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Properties } from "../protocol/values";
import { ApiError, Unreachable } from "./errors";

/** One request to the API server. */
export interface ApiRequest {
  readonly method?: "GET" | "PATCH" | "DELETE";
  /** From the root, with its query. */
  readonly path: string;
  readonly body?: Properties;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

// Tokens and certificates from helper programs expire; asking each time would cost a process for each request.
const CREDENTIALS_MS = 30_000;
const CONNECT_MS = 10_000;
const IDLE_MS = 120_000;
const PAUSES_MS = [200, 600, 1_500];
/** More, where something is there, such as the engine that publishes the port of a node whose API server is being started again. */
const MORE_PAUSES_MS = [3_000, 5_000];

/**
 * Talks JSON to an API server with a kubeconfig's credentials, over connections that stay open.
 *
 * JSON on purpose: the typed serializer of @kubernetes/client-node drops what it doesn't know, such as
 * `x-kubernetes-int-or-string` in the schema of a CRD.
 */
export class Client {
  private credentials: { readonly options: https.RequestOptions; readonly until: number } | undefined;
  private agent: { readonly agent: http.Agent; readonly key: string } | undefined;
  private answered = true;

  constructor(private readonly config: KubeConfig) {}

  /** The address of the API server, for messages. */
  get server(): string {
    return this.config.getCurrentCluster()?.server ?? "";
  }

  /**
   * Sends a request; again, where the connection broke: every request of ours may be sent twice.
   *
   * @throws ApiError where the server refuses, Unreachable where it doesn't answer.
   */
  async json(request: ApiRequest): Promise<Properties> {
    return this.tried(request, async (response) => {
      const chunks: string[] = [];
      for await (const chunk of response) chunks.push(chunk as string);
      const text = chunks.join("");
      return text === "" ? {} : (JSON.parse(text) as Properties);
    });
  }

  /** As `text`, but returns as soon as the server begins to answer. */
  open(request: ApiRequest): Promise<http.IncomingMessage> {
    return this.tried(request, async (response) => response);
  }

  private async tried<T>(request: ApiRequest, read: (response: http.IncomingMessage) => Promise<T>): Promise<T> {
    // Of a server that didn't answer the last request, only one more try: there may be a hundred objects to ask for.
    const insist = this.answered;
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await read(await this.send(request));
        this.answered = true;
        return result;
      } catch (error) {
        request.signal?.throwIfAborted();
        if (!isBroken(error) && !isStranger(error)) throw error;
        const wait = insist ? pausesAfter(error)[attempt] : undefined;
        if (wait === undefined) {
          this.answered = false;
          throw new Unreachable(`the API server at ${this.server} doesn't answer: ${(error as Error).message}`);
        }
        await pause(wait);
      }
    }
  }

  private async send({ method = "GET", path, body, contentType, signal }: ApiRequest): Promise<http.IncomingMessage> {
    const url = new URL(this.server.replace(/\/$/, "") + path);
    const { agent: given, headers, ...options } = await this.signed();
    const secure = url.protocol === "https:";
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const request = (secure ? https : http).request(url, {
      ...options,
      agent: this.keptAgent(secure, options, given),
      method,
      signal,
      headers: {
        ...headers,
        accept: "application/json, */*",
        ...(payload && { "content-type": contentType ?? "application/json", "content-length": payload.length }),
      },
    });
    boundConnecting(request);
    // What breaks after the answer has begun is told by the answer; without a listener here, it would end the process.
    request.on("error", () => {});
    request.setTimeout(IDLE_MS, () => request.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })));
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once("response", resolve).once("error", reject);
      request.end(payload);
    });
    response.setEncoding("utf8");
    if ((response.statusCode ?? 500) < 300) return response;
    let text = "";
    for await (const chunk of response) text += chunk;
    throw refusal(response, text);
  }

  private async signed(): Promise<https.RequestOptions> {
    if (this.credentials === undefined || this.credentials.until < Date.now()) {
      const options: https.RequestOptions = {};
      await this.config.applyToHTTPSOptions(options);
      this.credentials = { options, until: Date.now() + CREDENTIALS_MS };
    }
    return this.credentials.options;
  }

  /** The library makes an agent without keep-alive; only for a proxy is it needed. */
  private keptAgent(secure: boolean, options: https.RequestOptions, given: https.RequestOptions["agent"]): http.Agent {
    if (this.config.getCurrentCluster()?.proxyUrl && given instanceof http.Agent) return given;
    const { ca, cert, key: privateKey, rejectUnauthorized } = options;
    const key = [secure, ca, cert, privateKey].join("\n");
    if (this.agent?.key !== key) {
      const settings = { keepAlive: true, ca, cert, key: privateKey, rejectUnauthorized };
      this.agent = { agent: secure ? new https.Agent(settings) : new http.Agent({ keepAlive: true }), key };
    }
    return this.agent.agent;
  }
}

function boundConnecting(request: http.ClientRequest): void {
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      request.destroy(Object.assign(new Error("no connection within 10 s"), { code: "ETIMEDOUT" }));
    }, CONNECT_MS);
    socket.once("connect", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
  });
}

function refusal(response: http.IncomingMessage, text: string): ApiError {
  const retryAfter = Number(response.headers["retry-after"]);
  let status: { message?: string; reason?: string } = {};
  try {
    status = JSON.parse(text);
  } catch {
    // A proxy on the way, or a server that isn't up yet, may answer with anything.
  }
  const message = status.message ?? (text.trim() || `HTTP ${response.statusCode}`);
  return new ApiError(
    message,
    response.statusCode ?? 500,
    status.reason ?? "",
    retryAfter > 0 ? retryAfter : undefined,
  );
}

const BROKEN = /^(ECONN|ENOTFOUND|EHOST|ENET|ETIMEDOUT|EAI_|EPIPE)/;
const STRANGER = /^(EPROTO|CERT_|UNABLE_|DEPTH_|SELF_|ERR_TLS|ERR_SSL)/;

/** Whether nobody answered; that may pass. */
function isBroken(error: unknown): boolean {
  return BROKEN.test((error as NodeJS.ErrnoException).code ?? "");
}

/** How long to wait before the next tries of a request that failed so, in milliseconds. */
function pausesAfter(error: unknown): readonly number[] {
  if (!isBroken(error)) return [];
  return (error as NodeJS.ErrnoException).code === "ECONNRESET" ? [...PAUSES_MS, ...MORE_PAUSES_MS] : PAUSES_MS;
}

/** Whether somebody answered whom the kubeconfig doesn't know, as when a new cluster got the port of an old one. */
function isStranger(error: unknown): boolean {
  return STRANGER.test((error as NodeJS.ErrnoException).code ?? "");
}
