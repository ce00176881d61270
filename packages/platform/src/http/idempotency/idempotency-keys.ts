import { createHmac, createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import type { Clock } from '../../config/clock.ts';
import { openBox, sealBox } from '../../personal-data/boxes.ts';
import type { Queryable } from '../../postgres/queryable.ts';

export type IdempotentCall = {
  readonly tenantId: string;
  /** Whose the key is: another one who uses the same is answered for themselves. */
  readonly actorId?: string | undefined;
  /** Method and pattern. */
  readonly route: string;
  readonly key: string;
  /** Path and exact body: what must be the same for the answer to be the same. */
  readonly content: readonly (string | Buffer)[];
};

/** The right to run a call and to keep its answer, until the lease ends. */
export type Run = {
  readonly tenantId: string;
  readonly route: string;
  readonly keyHash: Buffer;
  readonly runId: string;
};

export type Claim =
  | { readonly kind: 'run'; readonly run: Run; readonly commandId: string }
  | { readonly kind: 'replay'; readonly status: number; readonly answer: string | null }
  | { readonly kind: 'running'; readonly retryAfterSeconds: number }
  | { readonly kind: 'mismatch' };

type Row = {
  same_body: boolean;
  status: number | null;
  answer: string | null;
  lease_seconds: number;
};

const uuidOf = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  // Version 8: a uuid whose bits follow a rule of our own (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const ofRun = 'tenant_id = $1 AND route = $2 AND key_hash = $3 AND run_id = $4';
const valuesOf = ({ tenantId, route, keyHash, runId }: Run) => [tenantId, route, keyHash, runId];

/** Before a sealed answer; no JSON begins so, and answers of an older version are in clear until their day ends. */
const sealedMark = 'sealed:';

/**
 * Remembers first answers for a day, sealed: they may name what the caller named. Fingerprints are keyed, because a plain hash of a body that
 * holds little more than a phone number is found by trying all numbers.
 */
export class IdempotencyKeys {
  readonly #database: Queryable;
  readonly #secret: Buffer;
  readonly #answers: KeyObject;
  readonly #leaseSeconds: number;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(
    database: Queryable,
    secret: Buffer,
    options: { readonly clock: Pick<Clock, 'now'>; readonly leaseSeconds?: number },
  ) {
    this.#database = database;
    this.#secret = secret;
    this.#answers = createSecretKey(createHmac('sha256', secret).update('answers').digest());
    this.#leaseSeconds = options.leaseSeconds ?? 60;
    this.#clock = options.clock;
  }

  /** Takes the key, or says what the first call with it came to. A dead first run is taken over once its lease ends. */
  async claim(call: IdempotentCall): Promise<Claim> {
    const runId = randomUUID();
    const keyHash = this.#fingerprint([call.tenantId, call.actorId ?? '', call.route, call.key]);
    const bodyHash = this.#fingerprint(call.content);
    const identity = [call.tenantId, call.route, keyHash, bodyHash];
    const [claimed] = await this.#database.query<{ expires_at: Date }>(
      `INSERT INTO idempotency_keys AS k
         (tenant_id, route, key_hash, body_hash, run_id, lease_until, expires_at)
       VALUES ($1, $2, $3, $4, $5, $7::timestamptz + make_interval(secs => $6), $7::timestamptz + interval '24 hours')
       ON CONFLICT (tenant_id, route, key_hash) DO UPDATE
         SET body_hash = excluded.body_hash, run_id = excluded.run_id, status = NULL, answer = NULL,
             lease_until = excluded.lease_until,
             expires_at = CASE WHEN k.expires_at < $7 THEN excluded.expires_at ELSE k.expires_at END
         WHERE k.expires_at < $7
            OR (k.status IS NULL AND k.lease_until < $7 AND k.body_hash = excluded.body_hash)
       RETURNING expires_at`,
      [...identity, runId, this.#leaseSeconds, this.#clock.now()],
    );
    if (claimed) {
      const { tenantId, route } = call;
      // The end of the key's day is part of the id: used again later, the same key is a new command.
      const life = [keyHash, bodyHash, claimed.expires_at.toISOString()];
      const commandId = uuidOf(this.#fingerprint(life));
      return { kind: 'run', run: { tenantId, route, keyHash, runId }, commandId };
    }
    const [row] = await this.#database.query<Row>(
      `SELECT body_hash = $4 AS same_body, status, answer,
              greatest(1, ceil(extract(epoch FROM lease_until - $5::timestamptz)))::int AS lease_seconds
       FROM idempotency_keys WHERE tenant_id = $1 AND route = $2 AND key_hash = $3`,
      [...identity, this.#clock.now()],
    );
    if (!row) return { kind: 'running', retryAfterSeconds: 1 };
    if (!row.same_body) return { kind: 'mismatch' };
    if (row.status !== null) {
      return { kind: 'replay', status: row.status, answer: this.#open(keyHash, row.answer) };
    }
    return { kind: 'running', retryAfterSeconds: Math.min(row.lease_seconds, 2) };
  }

  /** Keeps the answer. A run whose lease was taken over keeps nothing: the later run's answer stands. */
  async keep(run: Run, answer: { status: number; body: string | null }): Promise<void> {
    await this.#database.query(
      `UPDATE idempotency_keys SET status = $5, answer = $6 WHERE ${ofRun} AND status IS NULL`,
      [...valuesOf(run), answer.status, this.#seal(run.keyHash, answer.body)],
    );
  }

  /** Lets the same call run again at once, as the same command: whether the first run had its effect is not known. */
  async yield(run: Run): Promise<void> {
    await this.#database.query(
      `UPDATE idempotency_keys SET lease_until = $5::timestamptz - interval '1 second' WHERE ${ofRun} AND status IS NULL`,
      [...valuesOf(run), this.#clock.now()],
    );
  }

  /** Gives the key back after a run that was refused, so that a corrected request may use it. */
  async release(run: Run): Promise<void> {
    await this.#database.query(
      `DELETE FROM idempotency_keys WHERE ${ofRun} AND status IS NULL`,
      valuesOf(run),
    );
  }

  async deleteExpired(): Promise<void> {
    await this.#database.query('DELETE FROM idempotency_keys WHERE expires_at < $1', [
      this.#clock.now(),
    ]);
  }

  #seal(keyHash: Buffer, answer: string | null): string | null {
    if (answer === null) return null;
    const box = sealBox(this.#answers, answer, keyHash.toString('hex'));
    return `${sealedMark}${box.toString('base64')}`;
  }

  #open(keyHash: Buffer, kept: string | null): string | null {
    if (!kept?.startsWith(sealedMark)) return kept;
    const box = Buffer.from(kept.slice(sealedMark.length), 'base64');
    return openBox(this.#answers, box, keyHash.toString('hex')).toString('utf8');
  }

  #fingerprint(parts: readonly (string | Buffer)[]): Buffer {
    const mac = createHmac('sha256', this.#secret);
    // Lengths first, so that no two lists of parts read as the same bytes.
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
    return mac.digest();
  }
}
