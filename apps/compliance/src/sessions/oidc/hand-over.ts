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

  to(admit: (tx: Queryable) => Promise<StaffRecord>): Promise<string> {
    return this.store.transaction(async (tx) => {
      const { code } = await this.codes.handOver(tx, await admit(tx), HAND_OVER_MS);
      return code;
    });
  }
}
