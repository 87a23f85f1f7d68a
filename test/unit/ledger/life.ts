import type { Incarnation } from "../../../ledger/incarnation";
import { at, BUILD } from "./events";

/** A life of the one container of the operator `shop`, which runs and keeps snapshots. */
export const life = (of: Partial<Incarnation> = {}): Incarnation => ({
  operator: "shop",
  build: BUILD,
  namespace: "shop",
  podName: "shop-1",
  pod: "uid-1",
  container: "manager",
  restart: 0,
  snapshots: true,
  seen: "ran",
  started: at(0),
  ...of,
});
