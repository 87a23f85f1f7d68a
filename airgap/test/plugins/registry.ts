import { createHash } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A registry that swallows what is pushed to it, as much of one as a push needs. */
export interface Registry {
  /** Such as `localhost:40123`; engines take local addresses without TLS. */
  readonly address: string;
  /** The digest of each pushed manifest, by `repository:tag`. */
  readonly manifests: Map<string, string>;
  close(): void;
}

/** @param login `user:password` that a push must come with. */
export async function startRegistry(login: string): Promise<Registry> {
  const manifests = new Map<string, string>();
  const blobs = new Map<string, number>();
  let uploaded = 0;
  const expected = `Basic ${Buffer.from(login).toString("base64")}`;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const digest = `sha256:${createHash("sha256").update(Buffer.concat(chunks)).digest("hex")}`;
    const manifest = /^\/v2\/(.*)\/manifests\/(.*)$/.exec(request.url ?? "");
    const answer = (code: number, headers: http.OutgoingHttpHeaders = {}) => response.writeHead(code, headers).end();
    if (request.headers.authorization !== expected) {
      return answer(401, { "www-authenticate": 'Basic realm="test"' });
    }
    if (request.method === "PUT" && manifest !== null) {
      manifests.set(`${manifest[1]}:${manifest[2]}`, digest);
      return answer(201, { "docker-content-digest": digest });
    }
    const url = new URL(request.url ?? "", "http://registry");
    if (request.method === "HEAD" || request.method === "GET") {
      const size = blobs.get(url.pathname.split("/").at(-1) ?? "");
      if (size !== undefined) return answer(200, { "content-length": size });
      return answer(url.pathname === "/v2/" ? 200 : 404);
    }
    const location = url.pathname.replace(/uploads\/.*/, "uploads/one");
    uploaded = (request.method === "POST" ? 0 : uploaded) + Buffer.concat(chunks).length;
    if (request.method !== "PUT") return answer(202, { location, range: `0-${Math.max(uploaded - 1, 0)}` });
    blobs.set(url.searchParams.get("digest") ?? "", uploaded);
    return answer(201, { location });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `localhost:${port}`,
    manifests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
