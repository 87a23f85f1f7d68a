import * as path from "node:path";
import { stateFolder } from "../../src/state/stateFolder";

/** Each checkout that tests make has a state of its own beside it, which goes with it. @param checkout absolute path */
export function stateHomeOf(checkout: string): string {
  return path.join(path.dirname(checkout), "state");
}

/** Its state folder. @param checkout absolute path */
export function stateOf(checkout: string): string {
  return stateFolder(checkout, { XDG_STATE_HOME: stateHomeOf(checkout) });
}
