import { Injectable } from '@nestjs/common';
import type { HeldOutMetrics } from '@tact/contracts';
import {
  exampleOf,
  type Judged,
  labelFrequencyOf,
  metricsOf,
  type Priors,
  saidOf,
} from '@tact/domain';
import { TrainingSet } from './training-set.ts';

/** Epoch milliseconds: facts before the split taught, what became known from then until the end judges. */
export type Window = { readonly splitAt: number; readonly until: number };

type Asked = {
  readonly tenantId: string;
  readonly window: Window;
  readonly signal: AbortSignal;
};

/** One person, judged by several models at once. */
export type Held = {
  readonly truth: Judged['truth'];
  readonly said: readonly number[];
  /** Half of the people calibrate. Once they did, the others measure: nobody does both. */
  readonly calibrates: boolean;
};

/** By the id, which is random: the same person is on the same side in every fit and comparison. */
const calibrates = (contactId: string): boolean =>
  contactId.charCodeAt(contactId.length - 1) % 2 === 0;

/** What one of the models said of these people. */
export const judgedBy = (held: readonly Held[], model: number): readonly Judged[] =>
  held.map(({ truth, said }) => ({ truth, probability: said[model] ?? 0 }));

const isCalibrated = ({ calibration }: Priors): boolean =>
  calibration !== undefined && (calibration.slope !== 1 || calibration.intercept !== 0);

/** Who may measure these models: everybody, or who calibrated none of them. */
export const measuring = (held: readonly Held[], models: readonly Priors[]): readonly Held[] =>
  models.some(isCalibrated) ? held.filter((person) => !person.calibrates) : held;

/** Models on held-out people. */
@Injectable()
export class Evaluation {
  constructor(private readonly trainingSet: TrainingSet) {}

  /** Everybody who can be evaluated, by every model. A person of it is two numbers and a label. */
  async of(asked: Asked, models: readonly Priors[]): Promise<readonly Held[]> {
    const { tenantId, window, signal } = asked;
    const held: Held[] = [];
    for await (const person of this.trainingSet.of(tenantId, signal)) {
      const { contactId, facts, outcomes, incidents } = person;
      const example = exampleOf(facts, outcomes, window);
      if (!example) continue;
      const { asOf } = example;
      const said = models.map((priors) => saidOf(facts, { priors, asOf, incidents }));
      held.push({ truth: example.truth, said, calibrates: calibrates(contactId) });
    }
    return held;
  }

  /** Two models on the same people, with the same share of blocks that are told: the second one's. */
  async compared(
    asked: Asked,
    [one, live]: readonly [Priors, Priors],
  ): Promise<readonly [HeldOutMetrics, HeldOutMetrics]> {
    const held = await this.of(asked, [one, live]);
    const frequency = labelFrequencyOf(judgedBy(held, 1));
    const measured = measuring(held, [one, live]);
    return [
      metricsOf(judgedBy(measured, 0), frequency),
      metricsOf(judgedBy(measured, 1), frequency),
    ];
  }
}
