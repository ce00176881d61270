import {
  type Judgement,
  type World,
  drawSuspects,
  fitBaselines,
  givenWorld,
  judge,
  perturbedWorld,
  pooled,
  printEvaluation,
  ringingWorld,
} from '@tact/simulator';
import type { BenchCase, BenchResult } from '../bench.ts';

const seeds = ['one', 'two', 'three'];
const SUSPECTS_PER_SEED = 700;
const TRAINING_SUSPECTS = 4_000;

const unseenWorlds = ['1', '2', '3', '4', '5', '6'].map((seed) =>
  perturbedWorld(seed, { atFull: false }),
);
/** Every odds off by the whole 1.6 at once: the hardest that the bounds are held against. */
const harshWorlds = ['5', '6', '7', '8'].map((seed) => perturbedWorld(seed, { atFull: true }));

type Figure = {
  readonly name: string;
  readonly of: (judgement: Judgement) => number;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
};

/** The bounds of the scoring page, section 7. */
const figures: readonly Figure[] = [
  {
    name: 'AUC regret',
    of: ({ exact, filter }) => exact.auc - filter.auc,
    bound: { atMost: 0.02 },
  },
  {
    name: 'log-loss regret',
    of: ({ exact, filter }) => filter.logLoss - exact.logLoss,
    bound: { atMost: 0.05 },
  },
  { name: 'ECE', of: ({ filter }) => filter.ece, bound: { atMost: 0.05 } },
  {
    name: 'precision at probable',
    of: ({ probable }) => probable.precision,
    bound: { atLeast: 0.95 },
  },
];

/** The world that comes closest to a bound, or passes it, speaks for its group. */
const worst = (group: string, judgements: readonly Judgement[]): BenchResult[] =>
  figures.map(({ name, of, bound }) => {
    const sorted = judgements.toSorted((one, other) => of(one) - of(other));
    const shown = 'atMost' in bound ? sorted.at(-1)! : sorted[0]!;
    const against = `exact posterior; ${shown.world}`;
    return { name: `scoring, ${group}: ${name}`, against, unit: '', ours: of(shown), ...bound };
  });

/** A reading of the page under which no call could clear anybody: shown, and not what the model assumes. */
const withoutBound = (result: BenchResult): BenchResult => {
  const { atMost: _, atLeast: __, ...unbound } = result;
  return unbound;
};

const scoring = async (): Promise<BenchResult[]> => {
  const training = drawSuspects(givenWorld, 'training', TRAINING_SUSPECTS);
  const baselines = fitBaselines(training.suspects);
  const judged = (worlds: readonly World[]) =>
    worlds.map((world) => {
      console.log(`  judging ${seeds.length} x ${SUSPECTS_PER_SEED} suspects of: ${world.name}`);
      const draws = seeds.map((seed) => drawSuspects(world, seed, SUSPECTS_PER_SEED));
      return judge(world, pooled(draws), baselines);
    });
  const [given, unseen] = [judged([givenWorld]), judged(unseenWorlds)];
  const [harsh, ringing] = [judged(harshWorlds), judged([ringingWorld])];
  printEvaluation([...given, ...unseen, ...harsh, ...ringing]);
  return [
    ...worst('given priors', given),
    ...worst(`worst of ${unseen.length} unseen worlds`, unseen),
    ...worst(`worst of ${harsh.length} at x1.6`, harsh),
    ...worst('calls that ring under a block', ringing).map(withoutBound),
  ];
};

export const cases: readonly BenchCase[] = [{ name: 'scoring', onlyWhenNamed: true, run: scoring }];
