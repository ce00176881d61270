import { Injectable } from '@nestjs/common';
import { opensAnalysis } from '@tact/domain';
import { EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { LinkedContacts } from '../wishes/linked-contacts.ts';
import type { ProvenConsent } from './registration-request.ts';

type ConsentData = ProvenConsent & {
  readonly contactId: string;
  /** The person said so themselves; else the business did. */
  readonly by?: 'person';
};
type Declared = {
  readonly tenantId: string;
  readonly data: ConsentData;
  readonly commandId?: string | undefined;
};

/** What is appended, and the consent it declares, if any. */
export type ConsentAppend = { readonly append: StreamAppend; readonly consent?: ConsentData };

/** Keeps what is declared of people's consents. A withdrawal holds for whoever the person goes on as, too. */
@Injectable()
export class ConsentDeclarations {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
    private readonly links: LinkedContacts,
  ) {}

  /** Of known contacts, in the order given: true where one was not declared before. */
  declare(
    tx: Queryable,
    tenantId: string,
    declared: readonly { readonly data: ConsentData; readonly commandId: string }[],
  ): Promise<boolean[]> {
    const appends = declared.map((one) => this.appendOf({ tenantId, ...one }));
    return this.append(tx, tenantId, appends);
  }

  /** In the order given: true where one was not appended before. */
  async append(
    tx: Queryable,
    tenantId: string,
    given: readonly ConsentAppend[],
  ): Promise<boolean[]> {
    if (given.length === 0) return [];
    const appends = [...given, ...(await this.#ofLater(tx, tenantId, given))];
    const results = await this.store.appendIn(
      tx,
      appends.map(({ append }) => append),
    );
    // One that was declared before is at the gate already, with whatever was said since.
    const fresh = results.map(({ duplicate }) => !duplicate);
    const declared = appends.flatMap(({ consent }, at) => (consent && fresh[at] ? [consent] : []));
    await this.gate.record(
      tx,
      declared
        .filter(opensAnalysis)
        .map(({ contactId, state, at }) => ({ tenantId, contactId, state, at })),
    );
    return fresh.slice(0, given.length);
  }

  async #ofLater(
    tx: Queryable,
    tenantId: string,
    given: readonly ConsentAppend[],
  ): Promise<readonly ConsentAppend[]> {
    const withdrawn = given.flatMap(({ consent }) =>
      consent?.state === 'withdrawn' ? [consent] : [],
    );
    const ids = withdrawn.map(({ contactId }) => contactId);
    const later = await this.links.laterThan(tenantId, ids, tx);
    const appends = withdrawn.flatMap((consent) =>
      (later.get(consent.contactId) ?? []).map((contactId) =>
        this.appendOf({ tenantId, data: { ...consent, contactId } }),
      ),
    );
    // Told of both by one file, it is one fact of each.
    const known = new Set(given.map(eventIdOf));
    return [...new Map(appends.map((one) => [eventIdOf(one), one])).values()].filter(
      (one) => !known.has(eventIdOf(one)),
    );
  }

  appendOf({ tenantId, data, commandId }: Declared, causationId = commandId): ConsentAppend {
    const { contactId, purpose, channel, state, at } = data;
    const parts = ['consent-declared', contactId, purpose, channel, state, at];
    const id = this.vault.factId(tenantId, ...parts);
    const append: StreamAppend = {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [consentEvent(id, data)],
      context: { tenantId, subject: contactId, ...idsOf(commandId, causationId) },
    };
    return { append, consent: data };
  }
}

const eventIdOf = ({ append }: ConsentAppend): string | undefined => append.events[0]?.id;

/** A withdrawal goes ahead of everything else that is told; an agreement may wait its turn. */
const consentEvent = (id: string, data: ConsentData): StreamAppend['events'][number] => {
  if (data.state === 'given') return { id, type: 'ConsentDeclared', data };
  const { state: _, ...withdrawal } = data;
  return { id, type: 'WithdrawalDeclared', data: withdrawal };
};

export const idsOf = (commandId: string | undefined, causationId = commandId) =>
  commandId === undefined || causationId === undefined ? {} : { commandId, causationId };
