import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, newEventId } from '@tact/platform';
import { formatConsentId } from '../ledger/consent-id.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import type { WayOut } from './ways-out.ts';

export type Leaving = Omit<WayOut, 'address'> & {
  /** Only these messages, or whatever we might send. */
  readonly scope: 'these' | 'everything';
};

/** The person followed the way out: one event, however often it is sent. */
export class Leave extends Command<void> {
  constructor(readonly leaving: Leaving) {
    super();
  }
}

@CommandHandler(Leave)
export class LeaveHandler implements ICommandHandler<Leave> {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly clock: Clock,
  ) {}

  async execute({ leaving }: Leave): Promise<void> {
    const { tenantId, contactId, purpose, channel, scope } = leaving;
    const at = this.clock.now().toISOString();
    const consentId = formatConsentId(newEventId());
    const consent = { contactId, consentId, purpose, channel, at, proof: {} };
    await this.policies.run(tenantId, { kind: 'unsubscribe', ...consent });
    if (scope === 'these') return;
    const refusal = { contactId, scope, ground: 'objection' as const, at };
    await this.policies.run(tenantId, { kind: 'object', ...refusal });
  }
}
