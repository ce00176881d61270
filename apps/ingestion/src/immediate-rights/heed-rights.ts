import { Injectable } from '@nestjs/common';
import { Channel } from '@tact/contracts';
import type { Queryable } from '@tact/platform';
import { type ConsentAppend, ConsentDeclarations } from '../contacts/consent-declarations.ts';
import { ReceiveWishes } from '../wishes/receive-wishes.ts';
import { FindWishOwners } from '../wishes/wish-owners.ts';
import { type Exercised, wishOf, withdrawnPurposes } from './exercised-right.ts';

/** Records what a request asks at once, of everybody whom it names. */
@Injectable()
export class HeedRights {
  constructor(
    private readonly wishes: ReceiveWishes,
    private readonly owners: FindWishOwners,
    private readonly consents: ConsentDeclarations,
  ) {}

  /** In transactions of its own; heard again it is the same wish. */
  async receiveWish(exercised: Exercised): Promise<void> {
    const { event, identities: who, at, channel } = exercised;
    const wish = wishOf(exercised);
    if (wish === undefined) return;
    const asked = { who, namedBy: 'each', eventId: event.id, wish, channel, at } as const;
    await this.wishes.receiveAll(event.tenantid, [asked]);
  }

  /** The person takes the consents back, so nobody else gives them again. */
  async withdraw(tx: Queryable, exercised: Exercised): Promise<void> {
    const { event, identities, at } = exercised;
    const { tenantid: tenantId, data } = event;
    const withdrawn = withdrawnPurposes(exercised);
    if (withdrawn.length === 0) return;
    const asked = { identities, at: Date.parse(at), namedBy: 'each' } as const;
    const [owners] = await this.owners.find(tenantId, [asked]);
    const proof = { source: `data request ${data.requestId}`, method: 'other' } as const;
    const appends = (owners?.contactIds ?? []).flatMap((contactId) =>
      withdrawn.flatMap((purpose) =>
        Channel.options.map((channel): ConsentAppend => {
          const consent = {
            purpose,
            channel,
            state: 'withdrawn',
            at,
            proof,
            by: 'person',
          } as const;
          return this.consents.appendOf({ tenantId, data: { contactId, ...consent } });
        }),
      ),
    );
    await this.consents.append(tx, tenantId, appends);
  }
}
