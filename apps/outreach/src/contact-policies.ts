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
  type StreamAppend,
  Vault,
  VersionConflict,
} from '@tact/platform';
import { Turns } from './turns.ts';

/** Where one person's consents, counted messages and decisions are, in one order. */
export const streamOf = (contactId: string): string => `contact-${contactId}`;

/** Something the log told; its id comes from what it tells. */
export type PolicyFact = { readonly id: string; readonly command: ContactPolicyCommand };

/** Runs commands on a person's stream; a lost race is decided anew, so two callers never share a last slot. */
@Injectable()
export class ContactPolicies {
  private readonly turns = new Turns();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** For a caller: 404 for a contact that is not the tenant's, exactly as for one that does not exist. */
  async run(tenantId: string, command: ContactPolicyCommand) {
    const { contactId } = command;
    if (!(await this.vault.knows(tenantId, contactId))) throw new ProblemError('not-found');
    const stream = streamOf(contactId);
    const decided = await this.turns.take(stream, () =>
      this.store
        .transact(contactPolicyDecider, stream, command, {
          commandId: currentContext()?.commandId ?? newEventId(),
          context: { tenantId, subject: contactId },
        })
        .catch((error: unknown) => {
          // The caller named no version: the races lost are ours, with the log or another process.
          if (!(error instanceof VersionConflict)) throw error;
          throw new ProblemError('unavailable', { retryAfterSeconds: 1, cause: error });
        }),
    );
    if ('refused' in decided) throw new ProblemError('unprocessable');
    return decided;
  }

  /**
   * For facts from the log, inside the consumer's transaction. `id` comes from the fact, so a replay
   * appends nothing; a decision made meanwhile conflicts, and the batch is tried again. A person's
   * stream is read once for all of the person's facts, or a thousand of them would read it a thousand times.
   */
  async runIn(tx: Queryable, tenantId: string, facts: readonly PolicyFact[]): Promise<void> {
    const people = Map.groupBy(facts, ({ command }) => command.contactId);
    for (const [contactId, own] of people) {
      const stream = streamOf(contactId);
      const { events: known, version } = await this.store.loadIn(tx, stream);
      const ids = new Set(known.map(({ id }) => id));
      let state = known
        .map((event) => event as unknown as ContactPolicyEvent)
        .reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
      let next = version;
      const appends: StreamAppend[] = [];
      for (const { id, command } of own) {
        if (ids.has(id)) continue;
        ids.add(id);
        const decided = contactPolicyDecider.decide(command, state);
        if (decided.length === 0) continue;
        appends.push({
          stream,
          expected: next === 0 ? 'none' : next,
          events: decided.map((event) => ({ ...event, id })),
          context: { tenantId, subject: contactId, causationId: id },
        });
        next += decided.length;
        state = decided.reduce(contactPolicyDecider.evolve, state);
      }
      if (appends.length > 0) await this.store.appendIn(tx, appends);
    }
  }
}
