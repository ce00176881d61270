import { Injectable } from '@nestjs/common';
import {
  Channel,
  ContactId,
  type EventOfType,
  isErased,
  LiftGround,
  PolicyTakenOver,
  Purpose,
  SuppressionGround,
  SuppressionScope,
} from '@tact/contracts';
import { assertNever, type ContactPolicyEvent, unreadableRefusalAt } from '@tact/domain';
import { Database, type Queryable } from '@tact/platform';
import { z } from 'zod';
import { hourKept } from '../wishes/hour-kept.ts';

type Recorded = EventOfType<
  | 'ConsentGiven'
  | 'ConsentWithdrawn'
  | 'ContactSuppressed'
  | 'SuppressionLifted'
  | 'PolicyTakenOver'
>;

/** A word of the ledger about one person of a tenant. */
export type LedgerWord = { readonly tenantId: string; readonly event: Recorded };

const at = z.date().transform((instant) => instant.toISOString());
const consent = { about: Purpose, channel: Channel, at };

/** Without its messages and its zone: they are personal, and no refusal is in them. */
const Carried = PolicyTakenOver.data.pick({ because: true, suppressions: true, consents: true });

/** A row as it was written, told apart by what was said. */
const Row = z.discriminatedUnion('said', [
  z.object({ said: z.literal('given'), ...consent }),
  z.object({ said: z.literal('witnessed'), ...consent }),
  z.object({ said: z.literal('confirmed'), ...consent }),
  z.object({ said: z.literal('left'), ...consent }),
  z.object({ said: z.literal('withdrawn'), ...consent }),
  z.object({
    said: z.literal('suppressed'),
    about: SuppressionScope,
    at,
    ground: SuppressionGround,
  }),
  z.object({
    said: z.literal('lifted'),
    about: SuppressionScope,
    channel: Channel,
    at,
    ground: LiftGround,
  }),
  z.object({ said: z.literal('taken-over'), about: ContactId, at, carried: Carried }),
]);
type Row = z.infer<typeof Row>;

/** Lifts were WhatsApp's alone before they named a channel. */
const firstChannel = 'whatsapp' satisfies Channel;

type Written = {
  readonly said: Row['said'];
  readonly about: string;
  readonly channel: string;
  readonly at: string;
  readonly ground: string | null;
  readonly carried?: z.infer<typeof Carried>;
};

/** The hour alone is kept, or the instant would lead back to the person: of a refusal its end, of a lift its beginning. */
const refusalHour = (since: string): string =>
  isErased(since) ? unreadableRefusalAt : hourKept(since, 'stop');
const liftHour = (since: string): string => hourKept(since, 'resume');

type CarriedSuppressions = z.infer<typeof Carried>['suppressions'];

const carriedByHour = (suppressions: CarriedSuppressions): CarriedSuppressions =>
  isErased(suppressions)
    ? [{ scope: 'everything', at: unreadableRefusalAt, liftedOn: [] }]
    : suppressions.map(({ at: since, liftedOn, ...refusal }) => ({
        ...refusal,
        at: refusalHour(since),
        liftedOn: liftedOn.map((lift) => ({ ...lift, at: liftHour(lift.at) })),
      }));

const writtenOf = ({ type, data }: Recorded): readonly Written[] => {
  switch (type) {
    case 'ConsentGiven': {
      const { purpose: about, channel, at: since, witness, by } = data;
      const given = { about, channel, at: since, ground: null };
      const witnessed = witness === undefined ? [] : [{ said: 'witnessed' as const, ...given }];
      const confirmed = by === 'person' ? [{ said: 'confirmed' as const, ...given }] : [];
      return [{ said: 'given', ...given }, ...witnessed, ...confirmed];
    }
    case 'ConsentWithdrawn': {
      const { purpose: about, channel, at: since, by } = data;
      const withdrawn = { about, channel, at: since, ground: null };
      const left = by === 'person' ? [{ said: 'left' as const, ...withdrawn }] : [];
      return [{ said: 'withdrawn', ...withdrawn }, ...left];
    }
    case 'ContactSuppressed': {
      const { scope: about, ground, at: since } = data;
      return [{ said: 'suppressed', about, channel: '', at: refusalHour(since), ground }];
    }
    case 'SuppressionLifted': {
      const { scope: about, channel = firstChannel, ground, at: since } = data;
      // It cannot be told what it came after: then it lifts nothing.
      if (isErased(since)) return [];
      return [{ said: 'lifted', about, channel, at: liftHour(since), ground }];
    }
    case 'PolicyTakenOver': {
      const { otherContactId: about, at: since, because, suppressions, consents } = data;
      const carried = { because, suppressions: carriedByHour(suppressions), consents };
      return [{ said: 'taken-over', about, channel: '', at: since, ground: null, carried }];
    }
    default:
      return assertNever(type);
  }
};

/** The proof and the witness stay with the ledger: that there were some is all a reader needs. */
const proof = { source: 'ledger' };
const witness = { name: 'ledger', method: 'in-writing', evidence: 'ledger' } as const;

const eventOf = (contactId: string, row: Row): ContactPolicyEvent => {
  switch (row.said) {
    case 'given':
    case 'witnessed':
    case 'confirmed':
    case 'left':
    case 'withdrawn': {
      const { about: purpose, channel, at: since } = row;
      const data = { contactId, consentId: '', purpose, channel, at: since, proof };
      const said: Record<typeof row.said, ContactPolicyEvent> = {
        given: { type: 'ConsentGiven', data },
        witnessed: { type: 'ConsentGiven', data: { ...data, witness } },
        confirmed: { type: 'ConsentGiven', data: { ...data, by: 'person' } },
        withdrawn: { type: 'ConsentWithdrawn', data },
        left: { type: 'ConsentWithdrawn', data: { ...data, by: 'person' } },
      };
      return said[row.said];
    }
    case 'suppressed': {
      const { about: scope, ground, at: since } = row;
      return { type: 'ContactSuppressed', data: { contactId, scope, ground, at: since } };
    }
    case 'lifted': {
      const { about: scope, channel, ground, at: since } = row;
      return { type: 'SuppressionLifted', data: { contactId, scope, channel, ground, at: since } };
    }
    case 'taken-over': {
      const { about: otherContactId, at: since, carried } = row;
      const data = { contactId, otherContactId, at: since, ...carried, messages: [] };
      return { type: 'PolicyTakenOver', data };
    }
    default:
      return assertNever(row);
  }
};

/** What the ledger told of people: consents recorded with it, and refusals that it carried from one contact to another. */
@Injectable()
export class LedgerWords {
  constructor(private readonly database: Database) {}

  /** The latest word of each sort stands, in whatever order they are told. */
  async keep(tx: Queryable, words: readonly LedgerWord[]): Promise<void> {
    const rows = words.flatMap(({ tenantId, event }) =>
      writtenOf(event).map((row) => ({
        tenant_id: tenantId,
        contact_id: event.data.contactId,
        ...row,
      })),
    );
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO ledger_words AS known (tenant_id, contact_id, said, about, channel, at, ground, carried)
       SELECT DISTINCT ON (tenant_id, contact_id, said, about, channel)
         tenant_id, contact_id, said, about, channel, at, ground, carried
       FROM json_to_recordset($1::json) AS told (tenant_id text, contact_id text, said text,
         about text, channel text, at timestamptz, ground text, carried jsonb)
       ORDER BY tenant_id, contact_id, said, about, channel, at DESC
       ON CONFLICT (tenant_id, contact_id, said, about, channel) DO UPDATE
         SET at = excluded.at, ground = excluded.ground, carried = excluded.carried WHERE excluded.at > known.at`,
      [JSON.stringify(rows)],
    );
  }

  async of(tenantId: string, contactId: string): Promise<readonly ContactPolicyEvent[]> {
    const rows = await this.database.queryable.query(
      'SELECT said, about, channel, at, ground, carried FROM ledger_words WHERE tenant_id = $1 AND contact_id = $2',
      [tenantId, contactId],
    );
    return rows.map((row) => eventOf(contactId, Row.parse(row)));
  }
}
