import { planOf } from '../block-likelihood/evidence/day-plan.ts';
import { causesOf, type Circumstances } from '../block-likelihood/verdict/assess.ts';
import { censoredBy } from '../block-likelihood/evidence/censoring.ts';
import { historyOf, type SignalFact } from '../block-likelihood/evidence/facts.ts';
import { filtered } from '../block-likelihood/filter/filter.ts';
import { modelOf } from '../block-likelihood/model/model.ts';
import { everyFamily } from '../signals/families.ts';
import { calibrated, identity, type Weighed } from './calibration.ts';
import type { Example } from './labels.ts';

/** What a model says of a contact as of an instant, without the explanation an assessment comes with. */
export const saidOf = (
  facts: readonly SignalFact[],
  { priors, asOf, incidents = [] }: Circumstances,
): number => {
  const whole = historyOf(facts, asOf);
  if (!whole) return priors.block.initially.value;
  const history = censoredBy(whole, incidents);
  const model = modelOf(priors);
  const plan = planOf(history, { model, families: everyFamily, asOf });
  return calibrated(causesOf(filtered(model, plan)).blocked, priors.calibration ?? identity);
};

export type Judged = { readonly truth: Example['truth']; readonly probability: number };

/** Ours: one block in ten is told, and that is worth as much as twenty blocks seen. */
const assumedFrequency = { reported: 2, blocks: 20 };

/**
 * How often a block is told at all (Elkan and Noto's constant, by their second estimate): people who told, by the
 * blocks the live model expects among everyone. Estimated on held-out people, on the assumption that who
 * tells is a fair sample of who blocked.
 */
export const labelFrequencyOf = (judgedByLive: readonly Judged[]): number => {
  let reported = assumedFrequency.reported;
  let blocks = assumedFrequency.blocks;
  for (const { truth, probability } of judgedByLive) {
    if (truth === 'said-blocked') reported += 1;
    // A proved absence of a block is none, whatever the model said of it before.
    if (truth !== 'not-blocked') blocks += truth === 'said-blocked' ? 1 : probability;
  }
  return Math.min(1, reported / blocks);
};

/**
 * Positive-unlabelled correction without trusting the model that is judged: whoever told stands for `1 / frequency`
 * blocks, and takes the others back from the silent, among whom they are counted as "not blocked".
 */
export const weighed = (judged: readonly Judged[], frequency: number): readonly Weighed[] =>
  judged.map(({ truth, probability }) =>
    truth === 'said-blocked'
      ? { probability, positive: 1 / frequency, negative: 1 - 1 / frequency }
      : { probability, positive: 0, negative: 1 },
  );
