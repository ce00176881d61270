/** Where the latest words about a person stand, each as an SQL expression over the caller's rows. */
export type AnalysisColumns = {
  /** When analysis was last agreed to, and when the agreement was last taken back; null where it never was. */
  readonly givenAt: string;
  readonly withdrawnAt: string;
  /** When the person last objected to everything, and when the objection was last lifted. */
  readonly suppressedAt: string;
  readonly liftedAt: string;
  /** True once the person is behind the privacy fence; never null. */
  readonly isFenced: string;
  /** What holds where nobody said anything of an agreement: an SQL boolean. */
  readonly unlessStated: string;
};

/**
 * Who may be analysed, as the one SQL condition that ingestion's gate and scoring's fits share; true or false, never
 * null. At one instant the word that protects wins, an objection ends when the person reopens and not by a later
 * agreement that somebody else tells of, and the fence is for ever.
 */
export const mayBeAnalysed = (words: AnalysisColumns): string => {
  const { givenAt, withdrawnAt, suppressedAt, liftedAt, isFenced, unlessStated } = words;
  return `(NOT ${isFenced}
  AND CASE WHEN coalesce(${givenAt}, ${withdrawnAt}) IS NULL THEN ${unlessStated}
    ELSE (${withdrawnAt} IS NULL OR ${givenAt} > ${withdrawnAt}) IS TRUE END
  AND (${suppressedAt} IS NULL OR ${liftedAt} > ${suppressedAt}) IS TRUE)`;
};
