import type { DataRight } from '@tact/contracts';

/**
 * What must be shown of who asks. `channel`: that it reached us; `code`: control of the identifier on file;
 * `code-and-fresh`: the same, and something more where nobody proved that control for a long time.
 */
export type Assurance = 'channel' | 'code' | 'code-and-fresh';

/**
 * Who carries it out. `at-once`: whoever hears of it; `here`: the service that keeps requests; `person`: a member of staff,
 * who says when it is done; `executor`: a part that is told when its turn has come.
 */
export type CarriedOut = 'at-once' | 'here' | 'person' | 'executor';

/** What it does: hands out what is known, changes it, ends it, or ends what we do with it. */
export type Effect = 'shows' | 'changes' | 'erases' | 'stops';

type Meaning = {
  readonly assurance: Assurance;
  readonly carriedOut: CarriedOut;
  readonly effect: Effect;
  /** It may be of one purpose alone. */
  readonly isNarrowed?: true;
};

/**
 * What every right of a person (GDPR Art. 7(3), 15 to 22) means to a request. What hands data out may reach whoever has
 * the number now, so it takes the most; what only takes away from us takes nothing.
 */
export const rights: Readonly<Record<DataRight, Meaning>> = {
  access: { assurance: 'code-and-fresh', carriedOut: 'executor', effect: 'shows' },
  rectification: { assurance: 'code', carriedOut: 'person', effect: 'changes' },
  erasure: { assurance: 'code', carriedOut: 'executor', effect: 'erases' },
  restriction: { assurance: 'code', carriedOut: 'here', effect: 'changes' },
  portability: { assurance: 'code-and-fresh', carriedOut: 'executor', effect: 'shows' },
  objection: { assurance: 'channel', carriedOut: 'at-once', effect: 'stops' },
  withdrawal: { assurance: 'channel', carriedOut: 'at-once', effect: 'stops', isNarrowed: true },
  'human-review': { assurance: 'code', carriedOut: 'person', effect: 'changes' },
};
