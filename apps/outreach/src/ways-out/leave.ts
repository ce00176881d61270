import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Purpose } from '@tact/contracts';
import { sharedAddresses } from '@tact/domain';
import { Clock, newEventId, Vault } from '@tact/platform';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { formatConsentId } from '../ledger/consent-id.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import type { WayOut } from './ways-out.ts';

export type Leaving = WayOut & {
  /** Only these messages, or whatever we might send. */
  readonly scope: 'these' | 'everything';
  /** The link was sent to an address that is the contact's no more: then it is the address as well that is left alone. */
  readonly isVoid?: true;
};

/** The person followed the way out: one event, however often it is sent. */
export class Leave extends Command<void> {
  constructor(readonly leaving: Leaving) {
    super();
  }
}

type Messages = Pick<WayOut, 'tenantId' | 'contactId' | 'purpose' | 'channel'>;

/**
 * Who reads the address that a link was sent to may not be the contact any more. Both readings are heeded, because a stop
 * takes nothing from anybody: the contact gets no more of these messages, and the address gets none of them by mail, whoever
 * has it now or is registered with it later.
 */
@CommandHandler(Leave)
export class LeaveHandler implements ICommandHandler<Leave> {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly addresses: StoppedAddresses,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ leaving }: Leave): Promise<void> {
    const { tenantId, contactId, isVoid } = leaving;
    const holders = await this.#stopAddress(leaving);
    if (isVoid) await this.#leaveByMail(leaving, holders);
    // Whoever was erased since is not there to be told of; the address is.
    if (isVoid && !(await this.vault.knows(tenantId, contactId))) return;
    await this.#leave(leaving);
    if (leaving.scope === 'these') return;
    const at = this.clock.now().toISOString();
    const refusal = { contactId, scope: leaving.scope, ground: 'objection' as const, at };
    await this.policies.run(tenantId, { kind: 'object', ...refusal });
  }

  /** A link about another channel stops nothing of mails, but where it is all that is left to stop. */
  async #stopAddress(leaving: Leaving): Promise<readonly string[]> {
    const { tenantId, address: ref, channel, scope, isVoid } = leaving;
    if (sharedAddresses[channel] === undefined && scope === 'these' && !isVoid) return [];
    return this.addresses.keep({ tenantId, ref, purposes: purposesOf(leaving) });
  }

  async #leaveByMail(leaving: Leaving, holders: readonly string[]): Promise<void> {
    const { tenantId } = leaving;
    for (const contactId of holders) {
      if (!(await this.vault.knows(tenantId, contactId))) continue;
      for (const purpose of purposesOf(leaving)) {
        await this.#leave({ tenantId, contactId, purpose, channel: 'email' });
      }
    }
  }

  async #leave({ tenantId, contactId, purpose, channel }: Messages): Promise<void> {
    const at = this.clock.now().toISOString();
    const consentId = formatConsentId(newEventId());
    const consent = { contactId, consentId, purpose, channel, at, proof: {} };
    await this.policies.run(tenantId, { kind: 'unsubscribe', ...consent });
  }
}

const purposesOf = ({ scope, purpose }: Leaving): readonly Purpose[] =>
  scope === 'everything' ? Purpose.options : [purpose];
