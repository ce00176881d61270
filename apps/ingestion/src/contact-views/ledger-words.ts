import { Injectable } from '@nestjs/common';
import {
  Channel,
  type EventOfType,
  LiftGround,
  Purpose,
  SuppressionGround,
  SuppressionScope,
} from '@tact/contracts';
import { assertNever, type ContactPolicyEvent } from '@tact/domain';
import { Database, type Queryable } from '@tact/platform';
import { z } from 'zod';

type Recorded = EventOfType<
  'ConsentGiven' | 'ConsentWithdrawn' | 'ContactSuppressed' | 'SuppressionLifted'
>;

/** A word of the ledger about one person of a tenant. */
export type LedgerWord = { readonly tenantId: string; readonly event: Recorded };

const at = z.date().transform((instant) => instant.toISOString());
const consent = { about: Purpose, channel: Channel, at };

/** A row as it was written, told apart by what was said. */
const Row = z.discriminatedUnion('said', [
  z.object({ said: z.literal('given'), ...consent }),
  z.object({ said: z.literal('witnessed'), ...consent }),
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
};

const writtenOf = ({ type, data }: Recorded): readonly Written[] => {
  switch (type) {
    case 'ConsentGiven': {
      const { purpose: about, channel, at: since, witness } = data;
      const given = { about, channel, at: since, ground: null };
      const witnessed = witness === undefined ? [] : [{ said: 'witnessed' as const, ...given }];
      return [{ said: 'given', ...given }, ...witnessed];
    }
    case 'ConsentWithdrawn': {
      const { purpose: about, channel, at: since } = data;
      return [{ said: 'withdrawn', about, channel, at: since, ground: null }];
    }
    case 'ContactSuppressed': {
      const { scope: about, ground, at: since } = data;
      return [{ said: 'suppressed', about, channel: '', at: since, ground }];
    }
    case 'SuppressionLifted': {
      const { scope: about, channel = firstChannel, ground, at: since } = data;
      return [{ said: 'lifted', about, channel, at: since, ground }];
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
    case 'withdrawn': {
      const { about: purpose, channel, at: since } = row;
      const data = { contactId, consentId: '', purpose, channel, at: since, proof };
      if (row.said === 'withdrawn') return { type: 'ConsentWithdrawn', data };
      return row.said === 'given'
        ? { type: 'ConsentGiven', data }
        : { type: 'ConsentGiven', data: { ...data, witness } };
    }
    case 'suppressed': {
      const { about: scope, ground, at: since } = row;
      return { type: 'ContactSuppressed', data: { contactId, scope, ground, at: since } };
    }
    case 'lifted': {
      const { about: scope, channel, ground, at: since } = row;
      return { type: 'SuppressionLifted', data: { contactId, scope, channel, ground, at: since } };
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
      `INSERT INTO ledger_words AS known (tenant_id, contact_id, said, about, channel, at, ground)
       SELECT DISTINCT ON (tenant_id, contact_id, said, about, channel)
         tenant_id, contact_id, said, about, channel, at, ground
       FROM json_to_recordset($1::json) AS told (tenant_id text, contact_id text, said text,
         about text, channel text, at timestamptz, ground text)
       ORDER BY tenant_id, contact_id, said, about, channel, at DESC
       ON CONFLICT (tenant_id, contact_id, said, about, channel) DO UPDATE
         SET at = excluded.at, ground = excluded.ground WHERE excluded.at > known.at`,
      [JSON.stringify(rows)],
    );
  }

  /** Nothing is kept of who is erased; what is told of them later is of nobody, and never shown. */
  async forget(
    tx: Queryable,
    people: readonly { readonly tenantId: string; readonly contactId: string }[],
  ): Promise<void> {
    if (people.length === 0) return;
    await tx.query(
      `DELETE FROM ledger_words USING unnest($1::text[], $2::text[]) AS gone (tenant_id, contact_id)
       WHERE ledger_words.tenant_id = gone.tenant_id AND ledger_words.contact_id = gone.contact_id`,
      [people.map(({ tenantId }) => tenantId), people.map(({ contactId }) => contactId)],
    );
  }

  async of(tenantId: string, contactId: string): Promise<readonly ContactPolicyEvent[]> {
    const rows = await this.database.queryable.query(
      'SELECT said, about, channel, at, ground FROM ledger_words WHERE tenant_id = $1 AND contact_id = $2',
      [tenantId, contactId],
    );
    return rows.map((row) => eventOf(contactId, Row.parse(row)));
  }
}
