// How large a run is and where its randomness starts: both from the environment, so that CI and a night's run use the same notebook.

/** Size of a run: `ci` for tests, `tutorial` for a reader, `paper` for the paper's own sizes. */
export type Profile = "ci" | "tutorial" | "paper";

const profiles: readonly Profile[] = ["ci", "tutorial", "paper"];

/** The size that this run should have, from GEODL_PROFILE.
 *
 *  @returns "tutorial" where the variable is not set.
 *  @throws RangeError if GEODL_PROFILE is none of ci, tutorial, paper.
 *  @example const epochs = { ci: 2, tutorial: 20, paper: 50 }[profile()]; */
export function profile(): Profile {
  const value = process.env.GEODL_PROFILE || "tutorial";
  if (!profiles.includes(value as Profile))
    throw new RangeError(`profile: GEODL_PROFILE must be ci, tutorial or paper, got "${value}"`);
  return value as Profile;
}

/** The seed that every random choice of this run starts from, from GEODL_SEED.
 *
 *  @returns An integer in [0, 2^32); 0 where the variable is not set.
 *  @throws RangeError if GEODL_SEED is no such integer. */
export function seed(): number {
  const value = process.env.GEODL_SEED || "0";
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 32)
    throw new RangeError(`seed: GEODL_SEED must be an integer in [0, 2^32), got "${value}"`);
  return number;
}
