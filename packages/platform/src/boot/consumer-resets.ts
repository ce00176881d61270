import { ProblemError } from '../http/problem-error.ts';
import { GroupBusy } from '../log/port.ts';

type Found = {
  /** What is gone and what to do about it; undefined while it reads. */
  readonly standsStill: string | undefined;
  reset(): Promise<void>;
};

/** Lets a person have a consumer that missed records go on, once what was lost is where it belongs. */
export class ConsumerResets {
  readonly #consumerOf: (group: string) => Found | undefined;

  constructor(consumerOf: (group: string) => Found | undefined) {
    this.#consumerOf = consumerOf;
  }

  /** Whether a consumer of this service has that group. */
  has(group: string): boolean {
    return this.#consumerOf(group) !== undefined;
  }

  /** 404 for a group this service has not; 422 for one that has missed nothing; 409 while another process reads as it. */
  async reset(group: string): Promise<void> {
    const consumer = this.#consumerOf(group);
    if (consumer === undefined) throw new ProblemError('not-found');
    if (consumer.standsStill === undefined) {
      throw new ProblemError('unprocessable', {
        detail: 'This consumer is not behind: it goes on by itself.',
      });
    }
    try {
      await consumer.reset();
    } catch (error) {
      if (!(error instanceof GroupBusy)) throw error;
      throw new ProblemError('already-running', { detail: error.message, cause: error });
    }
  }
}
