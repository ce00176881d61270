import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  formatId,
  type IdentityConflict as Shown,
  type IdentityConflictKind,
} from '@tact/contracts';
import { Clock, Jobs, type Queryable, SubjectErased, Vault } from '@tact/platform';
import type { RegistrationRequest } from '../registration-request.ts';
import { retryIdentityConflict } from './jobs.ts';

export type NewConflict = {
  readonly kind: IdentityConflictKind;
  /** One at least; last the one that the row is about. */
  readonly contacts: readonly string[];
  readonly row: RegistrationRequest;
};

type Row = Omit<Shown, 'since' | 'settlement' | 'proposedAt'> & {
  readonly tenantId: string;
  readonly fingerprint: string;
  readonly since: Date;
  readonly settlement: Shown['settlement'] | null;
  readonly sealedFor: string | null;
  readonly sealed: string | null;
  readonly proposedAt: Date | null;
};

const columns = `conflict_id AS "conflictId", tenant_id AS "tenantId", fingerprint, kind, contacts,
  row_ref AS "rowRef", since, state, settlement, sealed_for AS "sealedFor", sealed,
  (proposal->>'at')::timestamptz AS "proposedAt"`;

export type KeptConflict = Pick<Row, 'tenantId' | 'state'> & {
  readonly shown: Shown;
  /** Undefined where it is settled, or of a person who was erased. */
  readonly row: RegistrationRequest | undefined;
};

const shownOf = (row: Row): Shown => {
  const { conflictId, kind, contacts, rowRef, since, state, settlement, proposedAt } = row;
  return {
    conflictId,
    kind,
    contacts,
    rowRef,
    since: since.toISOString(),
    state,
    ...(settlement === null || settlement === undefined ? {} : { settlement }),
    ...(proposedAt === null ? {} : { proposedAt: proposedAt.toISOString() }),
  };
};

const placeOf = (fingerprint: string): string => `identity-conflict ${fingerprint}`;

/** What rows came to that are two people's, as far as one can tell. */
@Injectable()
export class IdentityConflicts {
  constructor(
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps them in one order of rows, of one record the latest. What was settled stays so between the same contacts, for the
   * same row.
   */
  async keep(
    tx: Queryable,
    tenantId: string,
    found: readonly NewConflict[],
  ): Promise<ReadonlyMap<NewConflict, string>> {
    const kept = new Map<NewConflict, string>();
    const named = found.map((one) => ({ one, fingerprint: this.fingerprint(tenantId, one.row) }));
    const inOrder = named.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    for (const { one, fingerprint } of inOrder) {
      kept.set(one, await this.#keepOne(tx, { tenantId, fingerprint }, one));
    }
    return kept;
  }

  async #keepOne(
    tx: Queryable,
    { tenantId, fingerprint }: { readonly tenantId: string; readonly fingerprint: string },
    { kind, contacts, row }: NewConflict,
  ): Promise<string> {
    const [subject = ''] = contacts;
    const text = JSON.stringify(row);
    const sealed = await this.vault.texts.seal({ tenantId, subject }, text, placeOf(fingerprint));
    const [kept] = await tx.query<{ conflictId: string }>(
      `INSERT INTO identity_conflicts AS known
         (conflict_id, tenant_id, fingerprint, kind, contacts, row_ref, since, sealed_for, sealed, claims)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (tenant_id, fingerprint) DO UPDATE SET kind = excluded.kind,
         contacts = excluded.contacts, state = 'open', settlement = NULL, claims = excluded.claims,
         row_ref = CASE WHEN known.claims = excluded.claims THEN known.row_ref ELSE excluded.row_ref END,
         sealed_for = excluded.sealed_for, sealed = excluded.sealed,
         proposal = CASE WHEN known.state = 'open' AND known.claims = excluded.claims
           AND known.contacts = excluded.contacts THEN known.proposal END
       WHERE known.state = 'open' OR known.claims <> excluded.claims
         OR NOT (known.contacts @> excluded.contacts AND known.contacts <@ excluded.contacts)
       RETURNING conflict_id AS "conflictId"`,
      [
        formatId('identityConflict', randomBytes(16)),
        tenantId,
        fingerprint,
        kind,
        contacts,
        row.rowRef,
        this.clock.now(),
        subject,
        sealed,
        this.#claims(tenantId, row),
      ],
    );
    return kept?.conflictId ?? (await this.#settledId(tx, tenantId, fingerprint));
  }

  async #settledId(tx: Queryable, tenantId: string, fingerprint: string): Promise<string> {
    const [settled] = await tx.query<{ conflictId: string }>(
      `SELECT conflict_id AS "conflictId" FROM identity_conflicts
       WHERE tenant_id = $1 AND fingerprint = $2`,
      [tenantId, fingerprint],
    );
    if (settled === undefined) throw new Error('A conflict was lost in its transaction.');
    return settled.conflictId;
  }

  /** A contact that may be two people, of an earlier version; once. */
  async keepJoined(tx: Queryable, tenantId: string, contactId: string): Promise<void> {
    await tx.query(
      `INSERT INTO identity_conflicts
         (conflict_id, tenant_id, fingerprint, claims, kind, contacts, row_ref, since)
       VALUES ($1, $2, $3, $3, 'joined-before', ARRAY[$4], 'upgrade', $5) ON CONFLICT DO NOTHING`,
      [
        formatId('identityConflict', randomBytes(16)),
        tenantId,
        this.vault.factId(tenantId, 'joined-before', contactId),
        contactId,
        this.clock.now(),
      ],
    );
  }

  /**
   * Rows that fit by now are no conflict any more, nor is an earlier row of the same record; what is in conflict with a
   * contact that changed is tried again. In the transaction that changed it.
   */
  async heal(
    tx: Queryable,
    tenantId: string,
    {
      fitting = [],
      changed = [],
    }: {
      readonly fitting?: readonly RegistrationRequest[];
      readonly changed?: readonly string[];
    },
  ): Promise<void> {
    if (fitting.length === 0 && changed.length === 0) return;
    const fingerprints = fitting.map((row) => this.fingerprint(tenantId, row));
    const open = await tx.query<{ conflictId: string }>(
      `WITH fits AS (
         DELETE FROM identity_conflicts
         WHERE tenant_id = $1 AND state = 'open' AND fingerprint = ANY ($2::uuid[]))
       SELECT conflict_id AS "conflictId" FROM identity_conflicts
       WHERE tenant_id = $1 AND state = 'open' AND contacts && $3::text[]
         AND fingerprint <> ALL ($2::uuid[])`,
      [tenantId, fingerprints, changed],
      'heal_identity_conflicts',
    );
    const retries = open.map(({ conflictId }) => ({ payload: { conflictId }, unique: conflictId }));
    await this.jobs.schedule(tx, retryIdentityConflict, ...retries);
  }

  /**
   * Two contacts are one from now on: their conflicts are the survivor's, and tried again, for one between the two may be
   * over. The second stays last.
   */
  async followMerge(
    tx: Queryable,
    {
      tenantId,
      from,
      into,
    }: { readonly tenantId: string; readonly from: string; readonly into: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE identity_conflicts SET proposal = NULL, contacts = (
         SELECT array_agg(contact_id ORDER BY place) FROM (
           SELECT contact_id, max(nth) AS place
           FROM unnest(array_replace(contacts, $2, $3)) WITH ORDINALITY AS listed (contact_id, nth)
           GROUP BY contact_id) AS placed)
       WHERE tenant_id = $1 AND contacts && ARRAY[$2]`,
      [tenantId, from, into],
    );
    await this.heal(tx, tenantId, { changed: [into] });
  }

  /** Held until the end of `tx`; undefined where the tenant, or any tenant if none is given, has no such conflict. */
  async find(
    tx: Queryable,
    conflictId: string,
    tenantId?: string,
  ): Promise<KeptConflict | undefined> {
    const [row] = await tx.query<Row>(
      `SELECT ${columns} FROM identity_conflicts
       WHERE conflict_id = $1 AND tenant_id = coalesce($2, tenant_id) FOR UPDATE`,
      [conflictId, tenantId ?? null],
    );
    if (row === undefined) return undefined;
    return {
      tenantId: row.tenantId,
      state: row.state,
      shown: shownOf(row),
      row: await this.#rowOf(row),
    };
  }

  async settle(
    tx: Queryable,
    conflictId: string,
    settlement: NonNullable<Shown['settlement']>,
  ): Promise<void> {
    await tx.query(
      `UPDATE identity_conflicts
       SET state = 'settled', settlement = $2, sealed = NULL, sealed_for = NULL, proposal = NULL
       WHERE conflict_id = $1`,
      [conflictId, settlement],
    );
  }

  /** A page of a tenant's, oldest first, with one more than asked for where there are more. */
  async list(
    queryable: Queryable,
    tenantId: string,
    page: {
      readonly state: Shown['state'];
      readonly after?: readonly [since: string, conflictId: string] | undefined;
      readonly limit: number;
    },
  ): Promise<Shown[]> {
    const [since = null, conflictId = ''] = page.after ?? [];
    const rows = await queryable.query<Row>(
      `SELECT ${columns} FROM identity_conflicts
       WHERE tenant_id = $1 AND state = $2
         AND ($3::timestamptz IS NULL OR (since, conflict_id) > ($3, $4))
       ORDER BY since, conflict_id LIMIT $5`,
      [tenantId, page.state, since, conflictId, page.limit + 1],
    );
    return rows.map(shownOf);
  }

  async #rowOf(row: Row): Promise<RegistrationRequest | undefined> {
    const { tenantId, sealedFor: subject, sealed, fingerprint } = row;
    if (subject === null || sealed === null) return undefined;
    try {
      const place = placeOf(fingerprint);
      const text = await this.vault.texts.open({ tenantId, subject }, sealed, place);
      return JSON.parse(text) as RegistrationRequest;
    } catch (error) {
      if (!(error instanceof SubjectErased)) throw error;
      return undefined;
    }
  }

  /**
   * Of the record that tells a row, because what it said before is over; of a row without one, of all its identities. Tried
   * again behind a newer one, an earlier row would take away what the newer one brought.
   */
  fingerprint(tenantId: string, row: RegistrationRequest): string {
    const { link, crmId } = row.request.identities;
    if (link !== undefined) {
      const { connection, object, id } = link;
      return this.vault.factId(tenantId, 'identity-conflict', 'link', connection, object, id);
    }
    if (crmId === undefined) return this.#claims(tenantId, row);
    return this.vault.factId(tenantId, 'identity-conflict', 'crmId', crmId);
  }

  #claims(tenantId: string, { request }: RegistrationRequest): string {
    const identities = Object.entries(request.identities).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return this.vault.factId(tenantId, 'identity-conflict', JSON.stringify(identities));
  }
}
