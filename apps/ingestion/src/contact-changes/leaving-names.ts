import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import {
  EventStore,
  InvalidIdentity,
  ProblemError,
  type Queryable,
  registrableIdentities,
} from '@tact/platform';
import { IdentityOptions } from '../contacts/identity-options.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import { lockChanges } from './change-problems.ts';

type Whose = { readonly tenantId: string; readonly contactId: string };

/** The names that leave a contact: as a person wrote them down, and as facts of whoever has them from then on. */
@Injectable()
export class LeavingNames {
  constructor(
    private readonly options: IdentityOptions,
    private readonly store: EventStore,
    private readonly strangers: WishesOfStrangers,
  ) {}

  /** To be called first in the transaction that gives them away. */
  begin(tx: Queryable, tenantId: string): Promise<void> {
    return lockChanges(tx, tenantId, this.strangers);
  }

  /** In the form the index knows. Throws the problem of one that is none. */
  read(identities: Identities): Identities {
    try {
      return registrableIdentities(identities, this.options.values).identities;
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      const isNobody = error.reason === 'placeholder' || error.reason === 'fictional';
      throw new ProblemError(isNobody ? 'unprocessable' : 'validation-failed', {
        errors: [{ pointer: `/identities/${error.kind}`, message: error.message }],
        cause: error,
      });
    }
  }

  /**
   * The names that left are the other contact's own facts, so that they are shown and found as anybody's; and what was asked
   * under one of them, whoever had it then, binds who has it now.
   */
  async tell(tx: Queryable, { tenantId, contactId }: Whose, identities: Identities): Promise<void> {
    const wishes = await this.strangers.appendsOf(tx, tenantId, [{ contactId, identities }]);
    await this.store.appendIn(tx, [
      {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [{ type: 'ContactRegistered', data: { contactId, identities } }],
        context: { tenantId, subject: contactId },
      },
      ...wishes,
    ]);
  }
}
