import { Injectable } from '@nestjs/common';
import { Purpose } from '@tact/contracts';
import { sharedAddresses } from '@tact/domain';
import { Database, Jobs, type Queryable } from '@tact/platform';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { tellStop, type PersonStop } from './tell-stop.ts';
import type { WayOut } from './ways-out.ts';

export type Leaving = WayOut & {
  /** Only these messages, or whatever we might send. */
  readonly scope: 'these' | 'everything';
  /** The link was sent to an address that is the contact's no more: then it is the address as well that is left alone. */
  readonly isVoid?: true;
};

/** What a link stops, written down at once: what is stopped at the address, and each contact that is to be told. */
@Injectable()
export class KeptStops {
  constructor(
    private readonly addresses: StoppedAddresses,
    private readonly jobs: Jobs,
    private readonly database: Database,
  ) {}

  /** Says what the contact that the link was meant for is told. */
  async keep(leaving: Leaving): Promise<PersonStop> {
    const { tenantId, contactId, purpose, channel, scope } = leaving;
    const stoppedAt = this.addresses.hour().toISOString();
    const own: PersonStop = { tenantId, contactId, purpose, channel, scope, stoppedAt };
    if (stopsMails(leaving)) {
      await this.database.transaction((tx) => this.#keepIn(tx, leaving, own));
    }
    return own;
  }

  async #keepIn(tx: Queryable, leaving: Leaving, own: PersonStop): Promise<void> {
    const { tenantId, address: ref, isVoid } = leaving;
    const purposes = leaving.scope === 'everything' ? Purpose.options : [leaving.purpose];
    const until = new Date(own.stoppedAt);
    const holders = await this.addresses.keep(tx, { tenantId, ref, purposes, until });
    const others = isVoid ? holders : [];
    const stops = others.flatMap((contactId) =>
      purposes.map((purpose): PersonStop => {
        const mails = { purpose, channel: 'email', scope: 'these' } as const;
        return { tenantId, contactId, ...mails, stoppedAt: own.stoppedAt };
      }),
    );
    // In one order, so that nobody waits in a circle.
    const jobs = [own, ...stops]
      .map((payload) => ({ payload, unique: keyOf(payload) }))
      .toSorted((one, other) => (one.unique < other.unique ? -1 : 1));
    await this.jobs.schedule(tx, tellStop, ...jobs);
  }
}

/** A link about another channel stops nothing of mails, but where it is all that is left to stop. */
const stopsMails = ({ channel, scope, isVoid }: Leaving): boolean =>
  sharedAddresses[channel] !== undefined || scope === 'everything' || isVoid === true;

const keyOf = ({ tenantId, contactId, purpose, channel, scope }: PersonStop): string =>
  [tenantId, contactId, purpose, channel, scope].join(' ');
