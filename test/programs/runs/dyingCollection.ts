import { collect } from "../../../src/live/collect";
import type { CollectionPlan } from "../../../src/runs/record/plan";

// A collection that is killed without warning at its nth step: node --import tsx dyingCollection.ts PLAN-JSON N
if (require.main === module) {
  const plan = JSON.parse(process.argv[2]!) as CollectionPlan;
  let left = Number(process.argv[3]);
  void collect(plan, () => {
    if (--left === 0) process.kill(process.pid, "SIGKILL");
  });
}
