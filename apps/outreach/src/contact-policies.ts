import { Injectable } from '@nestjs/common';
import {
  type ContactPolicyCommand,
  contactPolicyDecider,
  type ContactPolicyEvent,
} from '@tact/domain';
import {
  currentContext,
  EventStore,
  newEventId,
  ProblemError,
  type Queryable,
  Vault,
} from '@tact/platform';

/** Where one person's consents, counted messages and decisions are, in one order. */
export const streamOf = (contactId: string): string => `contact-${contactId}`;

/** Runs commands on a person's stream; a lost race is decided anew, so two callers never share a last slot. */
@Injectable()
export class ContactPolicies {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** For a caller: 404 for a contact that is not the tenant's, exactly as for one that does not exist. */
  async run(tenantId: string, command: ContactPolicyCommand) {
    const { contactId } = command;
    if (!(await this.vault.knows(tenantId, contactId))) throw new ProblemError('not-found');
    const decided = await this.store.transact(contactPolicyDecider, streamOf(contactId), command, {
      commandId: currentContext()?.commandId ?? newEventId(),
      context: { tenantId, subject: contactId },
    });
    if ('refused' in decided) throw new ProblemError('unprocessable');
    return decided;
  }

  /**
   * For facts from the log, inside the consumer's transaction. `id` comes from the fact, so a replay
   * appends nothing; a decision made meanwhile conflicts, and the batch is tried again.
   */
  async runIn(
    tx: Queryable,
    tenantId: string,
    facts: readonly { readonly id: string; readonly command: ContactPolicyCommand }[],
  ): Promise<void> {
    for (const { id, command } of facts) {
      const stream = streamOf(command.contactId);
      const { events, version } = await this.store.loadIn(tx, stream);
      if (events.some((event) => event.id === id)) continue;
      const state = events
        .map((event) => event as unknown as ContactPolicyEvent)
        .reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
      const decided = contactPolicyDecider.decide(command, state);
      if (decided.length === 0) continue;
      await this.store.appendIn(tx, [
        {
          stream,
          expected: version === 0 ? 'none' : version,
          events: decided.map((event) => ({ ...event, id })),
          context: { tenantId, subject: command.contactId, causationId: id },
        },
      ]);
    }
  }
}
