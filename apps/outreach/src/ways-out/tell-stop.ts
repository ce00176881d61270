import { Injectable } from '@nestjs/common';
import { Channel, ContactId, Purpose, TenantId, utcTime } from '@tact/contracts';
import { Clock, type Job, jobKind, type LeasedJobHandler, newEventId, Vault } from '@tact/platform';
import { z } from 'zod';
import { formatConsentId } from '../ledger/consent-id.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';

const payload = z.object({
  tenantId: TenantId,
  contactId: ContactId,
  purpose: Purpose,
  channel: Channel,
  /** Only these messages, or whatever we might send. */
  scope: z.enum(['these', 'everything']),
  /** The end of the hour: rows of jobs are in clear. */
  stoppedAt: utcTime(),
});
export type PersonStop = z.infer<typeof payload>;

/** One a contact and kind of messages: told more often it is the same word. */
export const tellStop = jobKind({ name: 'tell-stop', payload });

/** Writes into a contact's ledger what was stopped by a link, at once or when what stopped halfway goes on. */
@Injectable()
export class TellStop implements LeasedJobHandler<PersonStop> {
  readonly kind = tellStop;

  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  run({ payload: stop }: Job<PersonStop>): Promise<void> {
    return this.tell(stop);
  }

  async tell({
    tenantId,
    contactId,
    purpose,
    channel,
    scope,
    stoppedAt,
  }: PersonStop): Promise<void> {
    // Whoever was erased since is not there to be told of; the address is.
    if (!(await this.vault.knows(tenantId, contactId))) return;
    const at = new Date(Math.min(Date.parse(stoppedAt), this.clock.nowMs())).toISOString();
    if (scope === 'everything') {
      // Before what the page reads: it says that all is done once it is.
      const refusal = { contactId, scope, ground: 'objection' as const, at };
      await this.policies.run(tenantId, { kind: 'object', ...refusal });
    }
    const consentId = formatConsentId(newEventId());
    const consent = { contactId, consentId, purpose, channel, at, proof: {} };
    await this.policies.run(tenantId, { kind: 'unsubscribe', ...consent });
  }
}
