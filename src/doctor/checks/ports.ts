import { stateFolder } from "../../state/stateFolder";
import { isWithin } from "../../system/files/isWithin";
import type { Finding } from "../finding";
import { untold } from "../finding";
import type { Container } from "../machine/containers";
import { type PortState, portState } from "../machine/freePort";
import { type WantedPort, wantedPorts } from "../machine/nodes";
import type { Machine } from "../machine/thisMachine";

const subject = "ports";

export interface PortReading extends WantedPort {
  readonly state: PortState;
  /** the container that has it */
  readonly holder?: { readonly name: string; readonly cluster?: string; readonly ours: boolean };
}

/** Looks whether the ports of the host are free that the user's kind configuration asks for. */
export async function checkPorts(machine: Machine): Promise<readonly Finding[]> {
  if (machine.settings?.cluster.config === undefined) return [];
  const config = await machine.config().catch(() => undefined);
  // That it can't be read is another finding.
  if (config === undefined) return [];
  const wanted = wantedPorts(config);
  if (wanted.length === 0) return [];
  const [containers, here] = await Promise.all([
    machine.containers().catch(() => []),
    machine.engine().then(
      (engine) => engine.here,
      () => true,
    ),
  ]);
  const state = stateFolder(machine.folder, machine.env);
  const readings = await Promise.all(wanted.map(async (one) => readPort(one, containers, state)));
  const findings = judgePorts(readings);
  return here
    ? findings
    : [...findings, untold(subject, "the engine runs elsewhere; what was looked at is this machine")];
}

async function readPort(wanted: WantedPort, containers: readonly Container[], state: string): Promise<PortReading> {
  // The engine may pass a port on without anybody who listens.
  const holder = containers.find(({ ports }) => ports.includes(`${wanted.port}/${wanted.protocol}`));
  if (!holder) return { ...wanted, state: await portState(wanted) };
  const { name, cluster, mounts } = holder;
  return {
    ...wanted,
    state: { is: "taken" },
    holder: { name, cluster, ours: mounts.some((mount) => isWithin(mount, state)) },
  };
}

export function judgePorts(readings: readonly PortReading[]): readonly Finding[] {
  const findings = readings.map((reading, index) => {
    const before = readings.slice(0, index).find((one) => collide(one, reading));
    return before ? twice(reading, before) : judgePort(reading);
  });
  const fine = readings.filter((_, index) => findings[index]!.state === "ok");
  const bad = findings.filter(({ state }) => state !== "ok");
  const each = fine.map((one) => `${named(one)} ${one.holder?.ours ? "is this folder's own cluster's" : "is free"}`);
  return [...(fine.length > 0 ? [{ subject, state: "ok", found: each.join(", ") } as const] : []), ...bad];
}

function judgePort(reading: PortReading): Finding {
  const { state, holder, at } = reading;
  if (state.is === "free" || holder?.ours) return { subject, state: "ok", found: named(reading) };
  const where = `${named(reading)}, which \`cluster.config\` asks for (${at})`;
  if (state.is === "unknown") return untold(subject, `whether somebody has ${where}: ${state.why}`);
  const whose = holder?.cluster
    ? `is the kind cluster ${holder.cluster}'s, container ${holder.name}`
    : holder
      ? `is the container ${holder.name}'s`
      : "is another program's";
  const way = holder?.cluster
    ? `\`kind delete cluster --name ${holder.cluster}\``
    : holder
      ? `\`docker stop ${holder.name}\``
      : `\`ss -lptn 'sport = :${reading.port}'\` tells which`;
  return {
    subject,
    state: "stops",
    found: `${where}, ${whose}`,
    wayOut: `End what has it (${way}), or ask for another port.`,
  };
}

function twice(reading: PortReading, before: PortReading): Finding {
  const found = `${named(reading)} is asked for twice by \`cluster.config\`: ${before.at}, ${reading.at}`;
  return { subject, state: "stops", found, wayOut: "Give each its own." };
}

/** Two addresses may each have a port of the same number. */
function collide(a: WantedPort, b: WantedPort): boolean {
  const everywhere = ({ address }: WantedPort) => ["", "0.0.0.0", "::"].includes(address);
  return a.port === b.port && a.protocol === b.protocol && (a.address === b.address || everywhere(a) || everywhere(b));
}

function named({ port, protocol, address }: WantedPort): string {
  return `${address && `${address}:`}${port}/${protocol}`;
}
