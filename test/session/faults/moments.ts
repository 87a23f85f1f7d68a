import { randomInt } from "node:crypto";

/**
 * Moments at random, as parts of a whole from 0 to 1; the same ones for the same seed (Mulberry32, by Tommy Ettinger).
 * @param seed 32 bits
 */
export function* moments(seed: number): Generator<number, never> {
  for (let state = seed | 0; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Has the tests kill at the same moments wherever nobody asks for others. */
const usual = 20260117;

/** The seed: the usual one, that which FAULT_SEED gives, or with FAULT_SEED=any a new one, which is printed. */
export function seed(): number {
  const given = process.env.FAULT_SEED ?? String(usual);
  if (given !== "any" && !/^\d{1,10}$/.test(given))
    throw new Error(`Expected FAULT_SEED to be a number of up to ten digits, or any, got ${JSON.stringify(given)}.`);
  const chosen = given === "any" ? randomInt(2 ** 32) : Number(given);
  console.log(`    FAULT_SEED=${chosen} repeats these moments`);
  return chosen;
}
