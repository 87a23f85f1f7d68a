import { spawn } from "node:child_process";
import { takeTurn } from "../../../../src/system/process/takeTurn";

const [file, ...call] = process.argv.slice(2) as [string, ...string[]];

/** Takes its turn with a file, says so, calls a program where it is given one, and goes on. */
void takeTurn(file, () => {}).then(() => {
  console.log("taken");
  if (call.length > 0) spawn(call[0]!, call.slice(1), { stdio: "inherit" });
  setInterval(() => {}, 1000);
});
