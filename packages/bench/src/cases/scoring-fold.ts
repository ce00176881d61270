import {
  assessContact,
  type Assessment,
  assumedPriors as priors,
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
  type LikelihoodState,
} from '@tact/domain';
import { type History, endOf, longHistories } from '@tact/simulator';
import { type BenchCase, type BenchResult, median } from '../bench.ts';

const ROUNDS = 5;
/** Between two comparisons with an assessment of all facts. */
const COMPARE_DAYS = 60;

const foldAll = ({ facts }: History): LikelihoodState =>
  facts.reduce((state, fact) => foldLikelihood(state, [fact], priors), initialLikelihood(priors));

/** Facts folded one by one per second of processor time: what one core does, whoever else uses it. */
const rateOf = (histories: readonly History[]): number => {
  const count = histories.reduce((sum, { facts }) => sum + facts.length, 0);
  const rates = Array.from({ length: ROUNDS + 1 }, () => {
    const before = process.cpuUsage();
    for (const history of histories) foldAll(history);
    const { user, system } = process.cpuUsage(before);
    return count / ((user + system) / 1e6);
  });
  // The first round is spent on compilation.
  return median(rates.slice(1));
};

const bytesMax = (histories: readonly History[]): number => {
  let most = 0;
  for (const { facts } of histories) {
    let state = initialLikelihood(priors);
    for (const fact of facts) {
      state = foldLikelihood(state, [fact], priors);
      most = Math.max(most, JSON.stringify(state).length);
    }
  }
  return most;
};

type Drift = { probability: number; causes: number; bands: number };

const compare = (folded: Assessment | undefined, whole: Assessment, drift: Drift): void => {
  // An outdated state would be no answer at all, which no bound forgives.
  const difference = Math.abs((folded?.probability ?? Number.NaN) - whole.probability);
  const sum = Object.values(folded?.causes ?? {}).reduce((all, one) => all + one, 0);
  drift.probability = Math.max(drift.probability, difference);
  drift.causes = Math.max(drift.causes, Math.abs(sum - 1));
  if (folded?.band !== whole.band) drift.bands += 1;
};

/** Years of days folded one by one, against assessments of all facts on the way. */
const driftOf = (histories: readonly History[]): Drift => {
  const drift = { probability: 0, causes: 0, bands: 0 };
  for (const { days, facts } of histories) {
    let state = initialLikelihood(priors);
    let next = 0;
    for (let day = COMPARE_DAYS; day <= days; day += COMPARE_DAYS) {
      const asOf = endOf(day);
      while (next < facts.length && facts[next]!.occurredAt <= asOf)
        state = foldLikelihood(state, [facts[next++]!], priors);
      const asked = { priors, asOf };
      compare(concludeLikelihood(state, asked), assessContact(facts.slice(0, next), asked), drift);
    }
  }
  return drift;
};

const fold = async (): Promise<BenchResult[]> => {
  const population = { contacts: 40, years: 2 };
  const apart = longHistories('fold', { ...population, isWatched: false });
  const watched = longHistories('fold', { ...population, isWatched: true });
  console.log(`  ${2 * population.contacts} contacts, ${population.years} years of daily messages`);
  const rate = { unit: 'events/s', atLeast: 50_000 };
  const against = 'one core, a fact at a time';
  const years = 5;
  const bytes = Math.max(bytesMax(apart), bytesMax(watched));
  const results = [
    { name: 'fold, known by the API alone', against, ours: rateOf(apart), ...rate },
    { name: 'fold, looked at by agents too', against, ours: rateOf(watched), ...rate },
    { name: 'state of a contact', against: 'JSON', unit: 'bytes', ours: bytes, atMost: 4096 },
  ];
  console.log(`  ${years} years of daily messages, against assessments of all facts`);
  const drift = driftOf(longHistories('years', { contacts: 8, years, isWatched: true }));
  const name = `${years} years, folded`;
  const whole = { against: 'all facts at once', unit: '' };
  return [
    ...results,
    { name: `${name}: probability off by`, ...whole, ours: drift.probability, atMost: 0.01 },
    { name: `${name}: causes off one by`, ...whole, ours: drift.causes, atMost: 1e-9 },
    { name: `${name}: other verdicts`, ...whole, ours: drift.bands, atMost: 0 },
  ];
};

export const cases: readonly BenchCase[] = [
  { name: 'scoring-fold', onlyWhenNamed: true, run: fold },
];
