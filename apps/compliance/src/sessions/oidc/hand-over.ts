import { Injectable } from '@nestjs/common';
import { MINUTE_MS } from '@tact/contracts';
import { EventStore, type Queryable, type StaffRecord } from '@tact/platform';
import { LoginCodes } from '../../login/login-codes.ts';

/** From one page to the next. */
const HAND_OVER_MS = 2 * MINUTE_MS;

/** Gives whoever the provider let in a code, with which the console opens their session. */
@Injectable()
export class HandOver {
  constructor(
    private readonly store: EventStore,
    private readonly codes: LoginCodes,
  ) {}

  /** Undefined where nobody is let in; what that took away is committed. */
  to(admit: (tx: Queryable) => Promise<StaffRecord | undefined>): Promise<string | undefined> {
    return this.store.transaction(async (tx) => {
      const person = await admit(tx);
      if (person === undefined) return undefined;
      const { code } = await this.codes.handOver(tx, person, HAND_OVER_MS);
      return code;
    });
  }
}
