import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { Clock, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { heardAt, hourKept } from './hour-kept.ts';
import { type ReceivedWish, wishAppend } from './received-wish.ts';

type Row = Pick<ReceivedWish, 'channel'> & {
  readonly nth: number;
  readonly asks: 'stop' | 'resume';
  readonly scope: string;
  readonly ground: string;
  readonly receivedAt: Date;
};

type Following = {
  readonly previous: Identities;
  readonly current: Identities;
  readonly occurredAt: number;
};
/** A wish and what whoever said it is known by. */
export type StrangersWish = Pick<ReceivedWish, 'wish' | 'channel' | 'at'> & {
  readonly identities: Identities;
};
type KeptWish = Omit<StrangersWish, 'identities'> & { readonly fingerprints: readonly Buffer[] };
type Newcomer = { readonly contactId: string; readonly identities: Identities };

/**
 * A refusal from somebody whom no contact stands for binds whoever is registered with that identity later, in every
 * spelling. Registering and hearing a stranger exclude each other, or a refusal could fall between the two: whoever
 * registers shares the tenant's lock, whoever hears a stranger holds it alone.
 */
@Injectable()
export class WishesOfStrangers {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** To be called first in a transaction that gives anybody an identity; until its end no stranger is heard. */
  async shareLock(tx: Queryable, tenantId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, [
      lockOf(tenantId),
    ]);
  }

  /** To be called first in a transaction that keeps strangers' wishes: whoever was being registered is known after it. */
  async lock(tx: Queryable, tenantId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [lockOf(tenantId)]);
  }

  /** Keeps wishes under the fingerprints of every identity they were heard from; the latest hour of each stands. */
  keep(tx: Queryable, tenantId: string, received: readonly StrangersWish[]): Promise<void> {
    const wishes = received.map(({ identities, ...wish }) => ({
      ...wish,
      fingerprints: this.vault.refusals.of(tenantId, identities),
    }));
    return this.keepUnder(tx, tenantId, wishes);
  }

  /** The same of those who are known by what stands for their identities alone. */
  async keepUnder(tx: Queryable, tenantId: string, wishes: readonly KeptWish[]): Promise<void> {
    const rows = wishes.flatMap(({ fingerprints, wish, channel, at }) =>
      fingerprints.map((fingerprint) => ({
        fingerprint: fingerprint.toString('hex'),
        asks: wish.asks,
        scope: wish.scope,
        ground: wish.ground,
        channel,
        received_at: hourKept(at, wish.asks),
      })),
    );
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO wishes_of_strangers AS known (tenant_id, fingerprint, asks, scope, channel, ground, received_at)
       SELECT DISTINCT ON (fingerprint, asks, scope, channel)
         $1, decode(fingerprint, 'hex'), asks, scope, channel, ground, received_at
       FROM json_to_recordset($2::json) AS given (fingerprint text, asks text, scope text, channel text,
         ground text, received_at timestamptz)
       ORDER BY fingerprint, asks, scope, channel, received_at DESC
       ON CONFLICT (tenant_id, fingerprint, asks, scope, channel) DO UPDATE
         SET received_at = greatest(known.received_at, excluded.received_at)`,
      [tenantId, JSON.stringify(rows)],
    );
  }

  /**
   * Who goes on under another number is still who asked: what was asked under the old one until then is kept under the new
   * one too. What is asked under the old one later is somebody else's. `occurredAt` in milliseconds since the epoch.
   */
  async follow(
    tx: Queryable,
    tenantId: string,
    { previous, current, occurredAt }: Following,
  ): Promise<void> {
    const from = this.vault.refusals.known(tenantId, previous);
    const to = this.vault.refusals.of(tenantId, current);
    if (from.length === 0 || to.length === 0) return;
    await tx.query(
      `INSERT INTO wishes_of_strangers AS known (tenant_id, fingerprint, asks, scope, channel, ground, received_at)
       SELECT DISTINCT ON (follower.fingerprint, asks, scope, channel)
         $1, follower.fingerprint, asks, scope, channel, ground, received_at
       FROM wishes_of_strangers AS kept CROSS JOIN unnest($3::bytea[]) AS follower (fingerprint)
       WHERE kept.tenant_id = $1 AND kept.fingerprint = ANY ($2::bytea[]) AND received_at <= $4
       ORDER BY follower.fingerprint, asks, scope, channel, received_at DESC
       ON CONFLICT (tenant_id, fingerprint, asks, scope, channel) DO UPDATE
         SET received_at = greatest(known.received_at, excluded.received_at)`,
      [tenantId, from, to, new Date(occurredAt)],
    );
  }

  /** What was asked earlier by whoever these people turn out to be, as facts of theirs. One query for all. */
  async appendsOf(
    tx: Queryable,
    tenantId: string,
    newcomers: readonly Newcomer[],
  ): Promise<readonly StreamAppend[]> {
    const asked = newcomers.flatMap(({ identities }, nth) =>
      this.vault.refusals.known(tenantId, identities).map((fingerprint) => ({ nth, fingerprint })),
    );
    if (asked.length === 0) return [];
    const rows = await tx.query<Row>(
      `SELECT DISTINCT ON (nth, asks, scope, channel)
         asked.nth, asks, scope, channel, ground, received_at AS "receivedAt"
       FROM unnest($2::int[], $3::bytea[]) AS asked (nth, fingerprint)
       CROSS JOIN LATERAL (
         SELECT * FROM wishes_of_strangers AS known
         WHERE known.tenant_id = $1 AND known.fingerprint = asked.fingerprint) AS known
       ORDER BY nth, asks, scope, channel, received_at DESC`,
      [tenantId, asked.map(({ nth }) => nth), asked.map(({ fingerprint }) => fingerprint)],
      'wishes_of_newcomers',
    );
    return rows.flatMap(({ nth, receivedAt, channel, ...wish }) => {
      const contactId = newcomers[nth]?.contactId;
      if (contactId === undefined) return [];
      // By the hour that is kept: told again later in it, it is the same wish.
      const parts = [wish.asks, wish.scope, channel, receivedAt.toISOString()] as const;
      const at = heardAt(receivedAt, this.clock.now());
      const id = this.vault.factId(tenantId, 'wish-of-stranger', contactId, ...parts);
      const kept = { wish: wish as ReceivedWish['wish'], channel, at };
      return [wishAppend({ tenantId, contactId, id, causationId: id, ...kept })];
    });
  }
}

const lockOf = (tenantId: string): string => `wishes-of-strangers|${tenantId}`;
