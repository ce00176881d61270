import type { Database } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { assign } from './assignment.ts';
import type { Member, Spot } from './assignment.ts';
import { isGone, type LivingMembers } from './living-members.ts';

/** Milliseconds after its last heartbeat at which a member counts as dead, however alive its process may be. */
export const LEASE_MS = 10_000;

export type Claim = {
  readonly topic: number;
  readonly part: number;
  readonly epoch: number;
  readonly next: number;
  /** Another member waits for it: finish, commit, release. */
  readonly revoked: boolean;
};
export type Commit = Pick<Claim, 'topic' | 'part' | 'epoch' | 'next'>;
export type Beat = {
  readonly alive: boolean;
  readonly generation: number;
  readonly overdue: boolean;
  /** How far the log goes; undefined of a beat that commits, since it is about something else. */
  readonly last?: unknown;
};

/** What the wake-up of the log's readers asks for. */
export const lastWritten = 'SELECT sum(next_offset) AS last FROM head';
const beaten = `SELECT b.alive, b.generation, b.overdue OR EXISTS (
    SELECT FROM member m WHERE m.group_name = $1 AND m.id <> $2 AND ${isGone('m')}) AS overdue`;
const beatText = `${beaten} FROM beat($1, $2, $3, $4, $5, $6, $7) AS b`;
const idleBeatText = `${beaten}, (${lastWritten}) AS last FROM beat($1, $2, $3, $4, $5, $6, $7) AS b`;

/** One member of a consumer group: its lease, its claims, and its part in moving partitions about. */
export class Membership {
  readonly #database: Database;
  readonly #group: string;
  readonly #living: LivingMembers;
  #id = '00000000-0000-0000-0000-000000000000';

  constructor(database: Database, living: LivingMembers, group: string) {
    this.#database = database;
    this.#living = living;
    this.#group = group;
  }

  /** Joins as a new member; an expelled one joins again the same way. */
  async join(topics: readonly number[], from: 'earliest' | 'latest'): Promise<void> {
    await this.#living.leave(this.#id);
    this.#id = await this.#living.draw();
    await this.#alone(async (tx) => {
      await tx.query(
        `INSERT INTO member (group_name, id, topics, lease_until)
         VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 ms')`,
        [this.#group, this.#id, topics, LEASE_MS],
      );
      await tx.query(
        `INSERT INTO claim (group_name, topic, part, next_offset)
         SELECT $1, h.topic, h.part, CASE WHEN $3 THEN h.next_offset ELSE coalesce(
           (SELECT min(r."offset") FROM record r WHERE r.topic = h.topic AND r.part = h.part), h.next_offset) END
         FROM head h WHERE h.topic = ANY ($2) ON CONFLICT DO NOTHING`,
        [this.#group, topics, from === 'latest'],
      );
    });
  }

  /** Partitions of which the group has no position, and the offset at which each begins. */
  unclaimed(topics: readonly number[]): Promise<{ topic: number; part: number; first: number }[]> {
    return this.#database.queryable.query(
      `SELECT h.topic, h.part, coalesce(
         (SELECT min(r."offset") FROM record r WHERE r.topic = h.topic AND r.part = h.part), h.next_offset) AS first
       FROM head h WHERE h.topic = ANY ($2) AND NOT EXISTS (
         SELECT FROM claim c WHERE c.group_name = $1 AND c.topic = h.topic AND c.part = h.part)`,
      [this.#group, topics],
    );
  }

  /** Renews the lease and commits offsets in one round trip; claims of another epoch are left alone. */
  async beat(commits: readonly Commit[]): Promise<Beat> {
    const isIdle = commits.length === 0;
    const [beat] = await this.#database.queryable.query<Beat>(
      isIdle ? idleBeatText : beatText,
      [
        this.#group,
        this.#id,
        LEASE_MS,
        commits.map(({ topic }) => topic),
        commits.map(({ part }) => part),
        commits.map(({ epoch }) => epoch),
        commits.map(({ next }) => next),
      ],
      isIdle ? 'log_idle_beat' : 'log_beat',
    );
    return beat ?? { alive: false, generation: 0, overdue: false };
  }

  claims(): Promise<Claim[]> {
    return this.#database.queryable.query<Claim>(
      `SELECT topic, part, epoch, next_offset AS next, wanted_by IS NOT NULL AS revoked
       FROM claim WHERE group_name = $1 AND holder = $2 ORDER BY topic, part`,
      [this.#group, this.#id],
    );
  }

  /** Hands a partition on to the member that waits for it. */
  async release({ topic, part, epoch, next }: Commit): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query('UPDATE consumer_group SET generation = generation + 1 WHERE name = $1', [
        this.#group,
      ]);
      await tx.query(
        `UPDATE claim SET next_offset = $5, holder = wanted_by, wanted_by = NULL, revoked_at = NULL, epoch = epoch + 1
         WHERE group_name = $1 AND holder = $2 AND topic = $3 AND part = $4 AND epoch = $6`,
        [this.#group, this.#id, topic, part, next, epoch],
      );
    });
  }

  /** Buries members that are gone and takes over what was not released in time. */
  async rebalance(): Promise<void> {
    await this.#alone(() => Promise.resolve());
  }

  async leave(): Promise<void> {
    await this.#alone(async (tx) => {
      await tx.query('DELETE FROM member WHERE group_name = $1 AND id = $2', [
        this.#group,
        this.#id,
      ]);
    });
    await this.#living.leave(this.#id);
  }

  /** One change of members at a time, each followed by a new assignment. */
  async #alone(change: (tx: Queryable) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query('INSERT INTO consumer_group (name) VALUES ($1) ON CONFLICT DO NOTHING', [
        this.#group,
      ]);
      await tx.query(
        'UPDATE consumer_group SET generation = generation + 1 WHERE name = $1 RETURNING 1',
        [this.#group],
      );
      await tx.query(
        `DELETE FROM member m WHERE m.group_name = $1 AND m.id <> $2 AND ${isGone('m')}`,
        [this.#group, this.#id],
      );
      await change(tx);
      await reassign(tx, this.#group);
    });
  }
}

const reassign = async (tx: Queryable, group: string): Promise<void> => {
  const members = await tx.query<Member>(
    'SELECT id, topics FROM member WHERE group_name = $1 ORDER BY joined',
    [group],
  );
  const spots = await tx.query<Spot>(
    `SELECT topic, part, holder FROM claim WHERE group_name = $1 ORDER BY topic, part FOR UPDATE`,
    [group],
  );
  const expected = assign(spots, members);
  await tx.query(
    `UPDATE claim c SET
       holder = CASE WHEN s.moves THEN s.wanted ELSE c.holder END,
       epoch = c.epoch + CASE WHEN s.moves THEN 1 ELSE 0 END,
       wanted_by = CASE WHEN s.moves OR s.wanted = c.holder THEN NULL ELSE s.wanted END,
       revoked_at = CASE WHEN s.moves OR s.wanted = c.holder THEN NULL ELSE coalesce(c.revoked_at, clock_timestamp()) END
     FROM (
       SELECT i.topic, i.part, i.wanted,
         i.wanted IS DISTINCT FROM o.holder AND (o.holder IS NULL OR NOT o.holder = ANY ($5)
           OR o.revoked_at < clock_timestamp() - $6 * interval '1 ms') AS moves
       FROM unnest($2::integer[], $3::integer[], $4::uuid[]) AS i (topic, part, wanted)
       JOIN claim o ON o.group_name = $1 AND o.topic = i.topic AND o.part = i.part
     ) AS s
     WHERE c.group_name = $1 AND c.topic = s.topic AND c.part = s.part`,
    [
      group,
      spots.map(({ topic }) => topic),
      spots.map(({ part }) => part),
      expected,
      members.map(({ id }) => id),
      LEASE_MS,
    ],
  );
};
