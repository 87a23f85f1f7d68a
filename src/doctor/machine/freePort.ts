import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import type { WantedPort } from "./nodes";

/** Whether somebody has a port of this machine; `unknown` with the reason where that can't be told. */
export type PortState = { readonly is: "free" | "taken" } | { readonly is: "unknown"; readonly why: string };

/** Tells it by taking the port for a moment. */
export async function portState({ port, protocol, address }: Omit<WantedPort, "at">): Promise<PortState> {
  if (protocol === "sctp") return { is: "unknown", why: "Node.js knows no SCTP" };
  try {
    await (protocol === "udp" ? takeUdp(port, address) : takeTcp(port, address));
    return { is: "free" };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") return { is: "taken" };
    // Low ports are the engine's to take, not this user's.
    if (code === "EACCES" && protocol === "tcp") return { is: (await isAnswered(port, address)) ? "taken" : "free" };
    return { is: "unknown", why: message };
  }
}

function takeTcp(port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen({ port, host: address || "0.0.0.0", exclusive: true }, () => server.close(() => resolve()));
  });
}

function takeUdp(port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4").once("error", reject);
    socket.bind({ port, address: address || "0.0.0.0", exclusive: true }, () => socket.close(() => resolve()));
  });
}

function isAnswered(port: number, address: string): Promise<boolean> {
  const everywhere = ["", "0.0.0.0", "::"].includes(address);
  return new Promise((resolve) => {
    const socket = connect({ port, host: everywhere ? "127.0.0.1" : address, timeout: 1_000 });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });
}
