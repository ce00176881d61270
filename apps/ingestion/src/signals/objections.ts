import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import { wishOf, wishToFollow } from '@tact/domain';
import { EventStore, type StreamAppend, SubjectErased, Vault } from '@tact/platform';
import { type AttributedSignal, isDatedAhead, type Recorded } from './attributed-signal.ts';

type Objection = Pick<EventDataOf<'ObjectionHeard'>, 'scope' | 'ground'>;

/** What a signal asks us to stop; undefined where it asks for nothing, or to hear from us again. */
const objectionIn = (signal: AttributedSignal['signal']): Objection | undefined => {
  const wish = wishToFollow(signal);
  return wish?.asks === 'stop' ? { scope: wish.scope, ground: wish.ground } : undefined;
};

/**
 * A wish holds from when it is heard, whatever time it bears: waiting for a wrong clock would be a message too many, an
 * objection dated ahead would outlive the consent that follows it, and a resume that waited would undo the stop after it.
 */
export const receivedNow = (fact: AttributedSignal, now: Date): AttributedSignal =>
  wishOf(fact.signal) !== undefined && isDatedAhead(Date.parse(fact.signal.occurredAt), now)
    ? { ...fact, signal: { ...fact.signal, occurredAt: now.toISOString() } }
    : fact;

/**
 * Whoever has not agreed to be analysed can still ask to be left alone (GDPR Art. 21). Of such a person nothing is
 * kept but the wish itself, and only where the person is known: a stranger has nothing here to be spared from.
 */
@Injectable()
export class Objections {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
  ) {}

  /** Hears the wishes among facts that the gate turned away. Repeating one changes nothing. */
  async record(
    tenantId: string,
    facts: readonly AttributedSignal[],
    results: readonly Recorded[],
  ): Promise<void> {
    const wishes = facts.flatMap((fact, nth) => {
      const objection = objectionIn(fact.signal);
      return objection !== undefined && results[nth] === 'consent-missing'
        ? [{ fact, objection }]
        : [];
    });
    if (wishes.length === 0) return;
    const contactIds = await this.#contactIds(
      tenantId,
      wishes.map(({ fact }) => fact),
    );
    for (const [nth, { fact, objection }] of wishes.entries()) {
      const contactId = contactIds[nth];
      if (contactId === undefined) continue;
      await this.store
        .append(this.#appendOf(tenantId, { contactId, fact, objection }))
        .catch((error: unknown) => {
          if (!(error instanceof SubjectErased)) throw error;
        });
    }
  }

  #contactIds(tenantId: string, facts: readonly AttributedSignal[]) {
    return this.vault
      .resolveMany(
        tenantId,
        facts.map(({ who }) => ('contactId' in who ? {} : who)),
        { at: facts.map(({ signal }) => Date.parse(signal.occurredAt)) },
      )
      .then((found) =>
        found.map((id, nth) => {
          const who = facts[nth]?.who;
          return who !== undefined && 'contactId' in who ? who.contactId : id;
        }),
      );
  }

  #appendOf(
    tenantId: string,
    {
      contactId,
      fact,
      objection,
    }: { contactId: string; fact: AttributedSignal; objection: Objection },
  ): StreamAppend {
    const at = fact.signal.occurredAt;
    const id = this.vault.factId(tenantId, 'objection', fact.eventId);
    return {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [{ id, type: 'ObjectionHeard', time: at, data: { contactId, ...objection, at } }],
      context: { tenantId, subject: contactId },
    };
  }
}
