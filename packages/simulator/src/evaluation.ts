import { assessContact, assumedPriors as priors } from '@tact/domain';
import { countOfSigns, naiveBayes, regression, type Judge } from './baselines.ts';
import { exactPosterior } from './exact-posterior.ts';
import { endOf, factsOf } from './facts.ts';
import type { Life } from './life.ts';
import {
  areaUnderCurve,
  brier,
  calibrationError,
  logLoss,
  precision,
  type Stated,
} from './metrics.ts';
import type { Drawn } from './suspects.ts';
import type { World } from './world.ts';

export type Baseline = { readonly name: string; readonly judge: Judge };

/** Baselines learn from a population of their own, drawn from the given world. */
export const fitBaselines = (training: readonly Life[]): readonly Baseline[] => [
  { name: 'count of signs', judge: countOfSigns(training) },
  { name: 'naive Bayes, 5 signs', judge: naiveBayes(training) },
  { name: 'regression, 20 figures', judge: regression(training) },
];

export type Scores = {
  readonly auc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly ece: number;
};

const scoresOf = (stated: readonly Stated[]): Scores => ({
  auc: areaUnderCurve(stated),
  logLoss: logLoss(stated),
  brier: brier(stated),
  ece: calibrationError(stated),
});

/** How the filter and its rivals did on the suspects of one world. */
export type Judgement = {
  readonly world: string;
  readonly suspects: number;
  /** Of all contacts drawn, the suspects; of these, the blocked. */
  readonly suspectShare: number;
  readonly blockedShare: number;
  readonly exact: Scores;
  readonly filter: Scores;
  readonly baselines: readonly { readonly name: string; readonly scores: Scores }[];
  readonly probable: { readonly count: number; readonly precision: number };
};

export const judge = (
  world: World,
  { contacts, suspects }: Drawn,
  baselines: readonly Baseline[],
): Judgement => {
  const stated = (say: Judge): Stated[] =>
    suspects.map(({ days, blocked }) => ({ probability: say(days), blocked }));
  const assessments = suspects.map(({ days, blocked }) => ({
    ...assessContact(factsOf(days), { priors, asOf: endOf(days.length) }),
    blocked,
  }));
  const probable = assessments.filter(({ band }) => band === 'probable');
  return {
    world: world.name,
    suspects: suspects.length,
    suspectShare: suspects.length / contacts,
    blockedShare: suspects.filter(({ blocked }) => blocked).length / suspects.length,
    exact: scoresOf(stated((days) => exactPosterior(world, days))),
    filter: scoresOf(assessments),
    baselines: baselines.map(({ name, judge: say }) => ({ name, scores: scoresOf(stated(say)) })),
    probable: { count: probable.length, precision: precision(probable) },
  };
};
