import { Injectable } from '@nestjs/common';
import type { Identities, IdentityKind } from '@tact/contracts';
import {
  Clock,
  type Queryable,
  type Registered,
  type Registration,
  type StreamAppend,
  Vault,
} from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { refusedBy } from '../wishes/received-wish.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import type { RegistrationRequest } from './registration-request.ts';

/** A row, and what the identity index says of it. */
export type JudgedRow = { readonly row: RegistrationRequest; readonly registration: Registration };

type Known = { readonly row: RegistrationRequest; readonly registration: Registered };

const refusalsIn = ({ request }: RegistrationRequest) =>
  (request.consents ?? []).flatMap(({ channel, at, ...consent }) => {
    const wish = refusedBy(consent);
    return wish === undefined ? [] : [{ wish, channel, at }];
  });

const only = (identities: Identities, kinds: readonly IdentityKind[]): Identities =>
  Object.fromEntries(kinds.map((kind) => [kind, identities[kind]]));

/** What follows for a person from an identity that is theirs from now on. */
@Injectable()
export class FollowIdentities {
  constructor(
    private readonly vault: Vault,
    private readonly gate: ConsentGate,
    private readonly strangers: WishesOfStrangers,
    private readonly clock: Clock,
  ) {}

  /**
   * To be called first in the transaction: until its end no stranger is heard. Rows that refuse may be of strangers, in a
   * conflict: then nobody else is registered meanwhile.
   */
  async begin(
    tx: Queryable,
    tenantId: string,
    fresh: readonly RegistrationRequest[],
  ): Promise<void> {
    const isRefusing = fresh.some((row) => refusalsIn(row).length > 0);
    if (isRefusing) await this.strangers.lock(tx, tenantId);
    else await this.strangers.shareLock(tx, tenantId);
  }

  /** What is refused in a row whose identities are in conflict binds also who has the ones of it that nobody has yet. */
  async keepRefusals(tx: Queryable, tenantId: string, judged: readonly JudgedRow[]): Promise<void> {
    const refused = judged.flatMap(({ row, registration }) => {
      if (!('conflict' in registration) || registration.unowned.length === 0) return [];
      const identities = only(row.stated, registration.unowned);
      return refusalsIn(row).map((refusal) => ({ identities, ...refusal }));
    });
    await this.strangers.keep(tx, tenantId, refused);
  }

  async appendsOf(
    tx: Queryable,
    tenantId: string,
    judged: readonly JudgedRow[],
  ): Promise<readonly StreamAppend[]> {
    const changed = judged.flatMap(({ row, registration }): Known[] =>
      'contactId' in registration && registration.added.length > 0 ? [{ row, registration }] : [],
    );
    return [
      ...(await this.#wishes(tx, tenantId, changed)),
      ...(await this.#newNumbers(tx, tenantId, changed)),
    ];
  }

  /** What somebody asked before we knew them holds from the moment we do. */
  #wishes(
    tx: Queryable,
    tenantId: string,
    changed: readonly Known[],
  ): Promise<readonly StreamAppend[]> {
    const newcomers = changed.map(({ row, registration: { contactId, added } }) => ({
      contactId,
      // Under the others it has heard what was asked, as facts of its own with their exact times.
      identities: only(row.stated, added),
    }));
    return this.strangers.appendsOf(tx, tenantId, newcomers);
  }

  /** With another number another story begins: what was observed before is held neither for nor against the person. */
  async #newNumbers(
    tx: Queryable,
    tenantId: string,
    changed: readonly Known[],
  ): Promise<readonly StreamAppend[]> {
    const moved = changed.filter(({ registration }) => registration.moved.includes('phone'));
    if (moved.length === 0) return [];
    const ids = moved.map(({ registration: { contactId } }) => contactId);
    const open = await this.gate.open(tenantId, ids, tx);
    const occurredAt = this.clock.now().toISOString();
    return moved.flatMap(({ row, registration: { contactId } }): StreamAppend[] => {
      if (!open.has(contactId)) return [];
      const phone = row.stated.phone ?? '';
      const id = this.vault.factId(tenantId, 'number-moved', contactId, phone, occurredAt);
      const signal = { kind: 'number-changed', occurredAt, origin: 'crm' } as const;
      return [
        {
          stream: `contact-${contactId}`,
          expected: 'any',
          events: [
            { id, type: 'SignalRecorded', time: occurredAt, data: { contactId, ...signal } },
          ],
          context: { tenantId, subject: contactId },
        },
      ];
    });
  }
}
