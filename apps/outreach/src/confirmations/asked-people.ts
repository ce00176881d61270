import { Injectable } from '@nestjs/common';
import type { Channel, Purpose, Reason } from '@tact/contracts';
import { reasonsAgainstAsking } from '@tact/domain';
import { Clock } from '@tact/platform';
import { MissedSources } from '../decisions/missed-sources.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { AskedAddresses } from './asked-addresses.ts';
import { withdrawnOf } from './may-be-asked.ts';

type Person = {
  readonly contactId: string;
  /** What stands against asking. */
  readonly against: readonly Reason[];
  readonly nextAllowedAt: Date | undefined;
  readonly withdrawn: string;
};

/** Who is asked, where, and what stands against it. */
@Injectable()
export class AskedPeople {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly missed: MissedSources,
    private readonly clock: Clock,
    readonly addresses: AskedAddresses,
  ) {}

  /** 404 as for a command, and 423 where the use of what is known is restricted. */
  async of(
    tenantId: string,
    named: string,
    about: { readonly purpose: Purpose; readonly channel: Channel },
  ): Promise<Person> {
    const missed = await this.missed.of(tenantId, named);
    const { contactId, state } = await this.policies.of(tenantId, named);
    await this.addresses.assertFree(tenantId, contactId);
    const { reasons, nextAllowedAt } = reasonsAgainstAsking(
      { ...about, now: this.clock.now() },
      state,
    );
    const isMissed = missed.length > 0;
    return {
      contactId,
      against: isMissed ? ['policy-unknown', ...reasons] : reasons,
      nextAllowedAt: isMissed || nextAllowedAt === undefined ? undefined : new Date(nextAllowedAt),
      withdrawn: withdrawnOf(state, about),
    };
  }
}
