import { packageRoot } from "../../state/packageRoot";

/** The folder that a person called from: npm run in a checkout changes to its top, and tells. */
export function calledFrom(): string {
  return inOwnCheckout() ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
}

/** Whether it is a script of our own package.json that was called. */
export function inOwnCheckout(): boolean {
  return process.cwd() === packageRoot();
}
