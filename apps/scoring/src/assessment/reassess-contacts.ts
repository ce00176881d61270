import { Injectable } from '@nestjs/common';
import { Clock, type Queryable } from '@tact/platform';
import { dayOf, laterOf } from './assess-contacts.ts';
import { lockContacts } from './locks.ts';
import { lockRows, reassess } from './rows.ts';
import { type ContactKey, Facts, textOfKey } from '../facts/facts.ts';

/** Brings the rows of contacts up to their facts, as of today. */
@Injectable()
export class ReassessContacts {
  constructor(
    private readonly facts: Facts,
    private readonly clock: Clock,
  ) {}

  /** A row never goes back in time, also when the clock of this process lags behind another's. */
  async assess(tx: Queryable, keys: readonly ContactKey[], signal?: AbortSignal): Promise<void> {
    await lockContacts(tx, keys);
    const days = await lockRows(tx, keys);
    const today = dayOf(this.clock.now());
    const dated = keys.map((key) => ({
      ...key,
      day: laterOf(today, days.get(textOfKey(key)) ?? today),
    }));
    await reassess(tx, dated, { facts: this.facts, signal });
  }
}
