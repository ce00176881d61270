import { Injectable } from '@nestjs/common';
import type { Purpose } from '@tact/contracts';
import type { ConfirmingRefusal } from '@tact/domain';
import { type Queryable, RestrictedContacts } from '@tact/platform';
import { HeededStops } from '../ways-out/heeded-stops.ts';
import { ConfirmingAddresses } from './confirming-addresses.ts';

type Leaving = {
  readonly tenantId: string;
  readonly contactId: string;
  /** What stands for the address that the mail is to. */
  readonly address: string;
  readonly purpose: Purpose;
};

/** Whether a mail may still go where it was meant to. */
@Injectable()
export class WritableAddresses {
  constructor(
    private readonly confirming: ConfirmingAddresses,
    private readonly stops: HeededStops,
    private readonly restricted: RestrictedContacts,
  ) {}

  /** As the caller's transaction sees it. */
  async isOpen(tx: Queryable, leaving: Leaving): Promise<boolean> {
    const { tenantId, contactId, address: ref } = leaving;
    // Whoever became part of another contact is asked anew, as that one; who reads another's address is somebody else.
    const isHers = await this.confirming.cards.isStillOf(tx, { tenantId, contactId, ref });
    if (!isHers || (await this.stops.bind(tx, leaving))) return false;
    // Nothing that was asked for before of what is known of the person is used (GDPR Art. 18).
    return !(await this.restricted.isRestricted(tenantId, contactId, tx));
  }

  /** Why nobody confirms through the address. */
  refusalBehind(leaving: Leaving): Promise<ConfirmingRefusal | undefined> {
    return this.confirming.refusalBehind(leaving);
  }
}
