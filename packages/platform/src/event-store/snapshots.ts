import { createHash } from 'node:crypto';
import type { Queryable } from '../postgres/queryable.ts';
import type { AppendContext, SnapshotPolicy, TextSealer } from './events.ts';
import type { SnapshotRow } from './tail-rows.ts';
import type { Base, Folded } from './transact.ts';

/** `unreadable`: the whole stream was folded instead. `unwritten`: more of the stream is folded the next time. */
export type SnapshotOutcome = 'read' | 'written' | 'unreadable' | 'unwritten';

export type SnapshotOptions = {
  readonly source: string;
  readonly schemaVersionOf: (type: string) => number;
  readonly texts?: TextSealer | undefined;
  /** Heard after each; an error never names a person. */
  readonly onOutcome?: ((outcome: SnapshotOutcome, error?: unknown) => void) | undefined;
};

/** Which snapshots a decider may read: those it made itself, from events read as it reads them. */
export type SnapshotKey = {
  readonly decider: string;
  readonly reading: string;
  readonly personal: boolean;
};

/**
 * As many events are folded anew at most, whatever the length of a stream: few enough that a decision costs about the
 * same right before a snapshot as right behind one, and enough that one in so many decisions alone writes one.
 */
export const TAIL_EVENTS_MAX = 16;

type Place = Pick<SnapshotRow, 'tenantId' | 'subject' | 'version' | 'eventId'> & {
  readonly stream: string;
};

const DIGEST_CHARS = 64;

/**
 * States of deciders at a version of their streams. They are worth nothing but time: whatever is wrong with one, the
 * events are folded instead, and the next snapshot replaces it.
 */
export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #keys = new WeakMap<SnapshotPolicy, SnapshotKey>();

  constructor(options: SnapshotOptions) {
    this.#options = options;
  }

  /** Undefined where nothing is kept of this decider's states. */
  keyOf({ snapshots }: { readonly snapshots?: SnapshotPolicy }): SnapshotKey | undefined {
    // What is about a person is not kept in clear.
    if (snapshots === undefined || (snapshots.personal && !this.#options.texts)) return undefined;
    const known = this.#keys.get(snapshots);
    if (known !== undefined) return known;
    const { source, schemaVersionOf } = this.#options;
    const types = snapshots.types.map((type) => [type, schemaVersionOf(type)]);
    const reading = digestOf(JSON.stringify([source, snapshots.version, types]));
    const key = { decider: snapshots.name, reading, personal: snapshots.personal };
    this.#keys.set(snapshots, key);
    return key;
  }

  /** The state as it was kept; undefined where it cannot be read, for whatever reason. */
  async open<State>(
    key: SnapshotKey,
    stream: string,
    row: SnapshotRow,
  ): Promise<Base<State> | undefined> {
    try {
      const text = await this.#opened(key, { ...row, stream }, row.state);
      const { version, position } = row;
      const base = { version, position, state: JSON.parse(text) as State };
      this.#options.onOutcome?.('read');
      return base;
    } catch (error) {
      this.#options.onOutcome?.('unreadable', error);
      return undefined;
    }
  }

  /**
   * Keeps what was folded, when many events were, in the transaction that has appended behind it: so writers of one
   * stream follow each other, and what is undone takes its snapshot along. A failure is undone alone.
   */
  async keep<State>(
    tx: Queryable,
    key: SnapshotKey,
    { folded, context }: { readonly folded: Folded<State>; readonly context: AppendContext },
  ): Promise<void> {
    const last = folded.rows.at(-1)?.event;
    if (last === undefined || folded.rows.length < TAIL_EVENTS_MAX) return;
    const { stream, version, atVersion } = folded;
    const { tenantId, subject } = context;
    const place = { stream, version, eventId: last.id, tenantId, subject };
    try {
      const state = await this.#closed(key, place, JSON.stringify(atVersion));
      await tx.query('SAVEPOINT snapshot');
      try {
        await write(tx, key, { ...place, state });
      } catch (error) {
        await tx.query('ROLLBACK TO SAVEPOINT snapshot');
        throw error;
      }
      await tx.query('RELEASE SAVEPOINT snapshot');
      this.#options.onOutcome?.('written');
    } catch (error) {
      this.#options.onOutcome?.('unwritten', error);
    }
  }

  async #closed(key: SnapshotKey, place: Place, text: string): Promise<string> {
    const where = placeText(key, place);
    if (!key.personal) return digestOf(where + text) + text;
    return await this.#texts().seal(place, text, where);
  }

  async #opened(key: SnapshotKey, place: Place, state: string): Promise<string> {
    const where = placeText(key, place);
    if (key.personal) return await this.#texts().open(place, state, where);
    const text = state.slice(DIGEST_CHARS);
    if (digestOf(where + text) !== state.slice(0, DIGEST_CHARS)) {
      throw new Error(`The snapshot of ${place.stream} is not what was written`);
    }
    return text;
  }

  #texts(): TextSealer {
    const { texts } = this.#options;
    if (texts === undefined) throw new Error('a personal snapshot needs a sealer');
    return texts;
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const placeText = ({ decider, reading }: SnapshotKey, place: Place): string => {
  const { stream, version, eventId, tenantId, subject } = place;
  return JSON.stringify([
    'tact snapshot',
    decider,
    reading,
    stream,
    version,
    eventId,
    tenantId,
    subject,
  ]);
};

const write = (
  tx: Queryable,
  { decider, reading }: SnapshotKey,
  row: Place & { readonly state: string },
): Promise<unknown> => {
  const { stream, version, eventId, tenantId, subject, state } = row;
  return tx.query(
    `INSERT INTO snapshots (stream, decider, reading, version, event_id, tenant_id, subject, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (stream, decider) DO UPDATE SET reading = excluded.reading, version = excluded.version,
       event_id = excluded.event_id, tenant_id = excluded.tenant_id, subject = excluded.subject,
       state = excluded.state`,
    [stream, decider, reading, version, eventId, tenantId, subject, state],
    'write_snapshot',
  );
};
