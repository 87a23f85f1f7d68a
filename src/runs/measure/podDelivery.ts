import { readName } from "../../contract/counterNames";
import type { PodDelivery } from "../../ledger/delivery";
import type { Delivered } from "../../ledger/match";
import type { PodArrival } from "./gather";

/**
 * What the processes of a pod delivered, by the files that count.
 * @param snapshots whether they keep snapshots: then files are named by the start of a process, otherwise counters by its end
 */
export function deliveryOfPod(
  { files, quarantined, snapshots = [], running = [], containers, replaced, unsaved = [], written = {} }: PodArrival,
  keptSnapshots: boolean,
): PodDelivery {
  const times = new Map(snapshots.map((snapshot) => [snapshot.process, snapshot.written]));
  const delivered = files.flatMap((file) =>
    deliveredBy(file, keptSnapshots).map((one) => {
      const container = containers?.get(one.process);
      const last = written[file];
      return {
        ...one,
        ...(container !== undefined && { container }),
        ...(last !== undefined && { last: Date.parse(last) }),
        ...(replaced?.has(one.process) && { replaced: true as const }),
      };
    }),
  );
  return {
    ended: delivered.filter(({ kind }) => kind !== "snapshot").map(({ kind: _, ...one }) => one),
    cut: delivered
      .filter(({ kind }) => kind === "snapshot")
      .map(({ kind: _, ...one }) => {
        const time = times.get(one.process);
        return { ...one, ...(time !== undefined && { written: time }) };
      }),
    damaged: quarantined.flatMap(({ file }) => deliveredBy(file, keptSnapshots)).map(({ kind: _, ...one }) => one),
    unsaved: unsaved.map((process) => ({ process, time: timeOf(process.split(".")[1]!), times: "start" })),
    running,
  };
}

function deliveredBy(file: string, keptSnapshots: boolean): (Delivered & { kind: string })[] {
  const name = readName(file);
  if (name.kind !== "counters" && name.kind !== "snapshot" && name.kind !== "profile") return [];
  const times = name.kind === "counters" && !keptSnapshots ? "end" : "start";
  return [{ kind: name.kind, process: `${name.pid}.${name.nanos}`, time: timeOf(name.nanos), times }];
}

/** Milliseconds since 1970. */
function timeOf(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n);
}
