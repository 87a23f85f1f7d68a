import * as path from "node:path";
import type { ClusterRecord } from "../ledger/incarnation";
import type { Ledger } from "../ledger/ledger";
import type { Summary } from "../report/summary";
import { replaceFile } from "../system/files/replaceFile";
import type { MeasuredOperator } from "./measure/measure";

/** The ledger of a run, of all operators and builds. */
export function ledgerOf(
  { record, why }: ClusterRecord,
  operators: readonly MeasuredOperator[],
  { status }: Pick<Summary, "status">,
): Ledger {
  return {
    schema: 1,
    status,
    record,
    ...(why !== undefined && { why }),
    containers: operators.flatMap(({ ledger }) => ledger),
  };
}

/** Writes ledger.json into a run's folder, whole or not at all. */
export async function writeLedger(run: string, ledger: Ledger): Promise<void> {
  await replaceFile(path.join(run, "ledger.json"), `${JSON.stringify(ledger, undefined, 2)}\n`);
}
