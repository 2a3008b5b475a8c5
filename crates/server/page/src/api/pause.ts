// How long to wait before asking again.

const FIRST = 1_000;
const LONGEST = 15_000;

/** In milliseconds, after so many failures before; it doubles. `chance`, 0 to 1, keeps many pages from asking at once. */
export function pause(failures: number, chance: number): number {
  const whole = Math.min(FIRST * 2 ** Math.min(failures, 10), LONGEST);
  return Math.round(whole * (0.75 + chance / 4));
}
