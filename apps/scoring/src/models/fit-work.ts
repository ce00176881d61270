import { Injectable } from '@nestjs/common';
import {
  addCounts,
  assumedTaught,
  calibrated,
  calibrationFrom,
  CHANGE_MIN,
  changeOf,
  type Counts,
  fittedPriors,
  isOfSomebodyElse,
  labelFrequencyOf,
  labelWithin,
  learnedRates,
  lessonOf,
  metricsOf,
  noCounts,
  reliabilitySvg,
  ROUNDS_MAX,
  type Taught,
  taughtBy,
} from '@tact/domain';
import { judgedBy, Evaluation, measuring, type Window } from './evaluation.ts';
import type { Fitted, ModelRow } from './model-registry.ts';
import { type Person, TrainingSet } from './training-set.ts';
import { TooFewPeople, PEOPLE_MIN } from './too-few-people.ts';

export type FitOrder = {
  readonly tenantId: string;
  readonly version: string;
  readonly window: Window;
  readonly live: ModelRow;
  readonly signal: AbortSignal;
};

type Round = { readonly counts: Counts; readonly contacts: number };

/** A fit from the first round to the card. It reads everybody once a round, a few at a time. */
@Injectable()
export class FitWork {
  constructor(
    private readonly trainingSet: TrainingSet,
    private readonly evaluation: Evaluation,
  ) {}

  /** Whether there are as many people as a fit needs; how many of them can be read shows on the way. */
  isWorthIt(tenantId: string): Promise<boolean> {
    return this.trainingSet.areAtLeast(tenantId, PEOPLE_MIN);
  }

  /** Throws `TooFewPeople` where fewer than the least number could be read. */
  async run(order: FitOrder): Promise<Fitted> {
    const { version, window, live } = order;
    const { taught, last, rounds } = await this.#teach(order);
    const raw = fittedPriors(taught, { version, calibration: { slope: 1, intercept: 0 } });
    const livePriors = live.priors ?? assumedTaught.priors;
    const held = await this.evaluation.of(order, [raw, livePriors]);
    const labelFrequency = labelFrequencyOf(judgedBy(held, 1));
    const calibrating = held.filter((one) => one.calibrates);
    const calibration = calibrationFrom(judgedBy(calibrating, 0), labelFrequency);
    const priors = fittedPriors(taught, { version, calibration });
    const measured = measuring(held, [priors, livePriors]);
    const heldOut = metricsOf(
      judgedBy(measured, 0).map(({ truth, probability }) => ({
        truth,
        probability: calibrated(probability, calibration),
      })),
      labelFrequency,
    );
    return {
      priors,
      report: {
        window: {
          splitAt: new Date(window.splitAt).toISOString(),
          until: new Date(window.until).toISOString(),
          contacts: last.contacts,
        },
        rounds,
        rates: learnedRates(taught, last.counts),
        labelFrequency,
        calibration,
        heldOut,
        liveHeldOut: metricsOf(judgedBy(measured, 1), labelFrequency),
        liveVersion: live.version,
      },
      svg: reliabilitySvg(version, heldOut),
    };
  }

  async #teach(order: FitOrder) {
    const source = `Learned by ${order.version}.`;
    let taught = assumedTaught;
    for (let rounds = 1; ; rounds++) {
      const last = await this.#round(order, taught);
      if (last.contacts < PEOPLE_MIN) throw new TooFewPeople(last.contacts);
      const next = taughtBy(last.counts, assumedTaught, source);
      const change = changeOf(taught, next);
      taught = next;
      if (change < CHANGE_MIN || rounds === ROUNDS_MAX) return { taught, last, rounds };
    }
  }

  async #round({ tenantId, window, signal }: FitOrder, taught: Taught): Promise<Round> {
    const counts = noCounts();
    let contacts = 0;
    for await (const person of this.trainingSet.of(tenantId, signal)) {
      const lesson = lessonFrom(person, taught, window);
      if (!lesson) continue;
      addCounts(counts, lesson.counts);
      contacts += 1;
    }
    return { counts, contacts };
  }
}

const lessonFrom = (
  { facts, outcomes, incidents }: Person,
  taught: Taught,
  { splitAt }: Window,
) => {
  if (isOfSomebodyElse(outcomes)) return undefined;
  const label = labelWithin(outcomes, { from: 0, until: splitAt });
  return lessonOf(facts, label, { taught, until: splitAt, incidents });
};
