import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { DAY_MS, type PublicSigningKeys, type SignedTyp, signerOf } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { RootKey } from '../personal-data/root-key/root-key.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { type EndorsedKey, isEndorsed, endorsementOf } from './endorsement.ts';
import { headOf, jwkOf, kidOf, openedJws, publicKeyOf, publicPartOf, signedJws } from './jws.ts';

/** A key signs for so long; its public part stays in the list for good. */
const KEY_DAYS_MAX = 90;
/** Another process of the service may have made a newer key. */
const LOOKED_MS_MAX = 60_000;
/** A key that is not known is looked for again no more often: whoever sends invented ones asks nothing of the database. */
const LISTED_MS_MIN = 2_000;

const publicColumns = 'kid, p.service, p.x, p.made_at AS "madeAt", p.endorsement';

type Parts = {
  /** Of a pool of its own: who signs inside a transaction must not wait for a connection of that transaction's pool. */
  readonly database: Pick<Database, 'queryable' | 'transaction'>;
  readonly rootKey: Pick<RootKey, 'wrap' | 'unwrap' | 'derive'>;
  readonly clock: Pick<Clock, 'now' | 'nowMs'>;
  /** Whose keys they are, and the schema where the private parts are kept. */
  readonly service: string;
};

type Current = { readonly kid: string; readonly key: KeyObject; readonly madeMs: number };
type Row = EndorsedKey & { readonly sealed: Buffer };
type Known = { readonly key: KeyObject; readonly service: string };

/**
 * The Ed25519 keys that a service signs with. Private parts lie sealed under the root key, which is outside PostgreSQL;
 * public parts are in `access.signing_keys`, shared by the services, so that one list verifies what any of them signed.
 * A public part counts with the root key's word alone: who writes to the database can list no key of their own.
 */
export class SigningKeys {
  readonly #parts: Parts;
  #current: Current | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #known: ReadonlyMap<string, Known> = new Map();
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes sure that there is a key before the first signature is asked for. */
  async open(): Promise<void> {
    await this.#now();
  }

  /** Compact JWS over the canonical JSON of the payload. `typ` says what it is, so that one is not taken for another. */
  async sign(payload: object, { typ }: { readonly typ: SignedTyp }): Promise<string> {
    if (signerOf[typ] !== this.#parts.service) {
      throw new Error(`${typ} is signed by ${signerOf[typ]}, not by ${this.#parts.service}`);
    }
    const { key, kid } = await this.#now();
    return signedJws(payload, { key, kid, typ });
  }

  /** What a service of this platform signed as such a thing; undefined: it is not that. Time limits are the caller's. */
  async verify(jws: string, { typ }: { readonly typ: SignedTyp }): Promise<unknown> {
    const head = headOf(jws, typ);
    if (head === undefined) return undefined;
    const known = await this.#publicKey(head.kid);
    return known?.service === signerOf[typ] ? openedJws(jws, known.key) : undefined;
  }

  /** The public keys of all services, newest first, those that no longer sign among them. */
  async jwks(): Promise<PublicSigningKeys> {
    const rows = await this.#parts.database.queryable.query<EndorsedKey>(
      `SELECT ${publicColumns} FROM access.signing_keys p ORDER BY made_at DESC, kid`,
    );
    const { rootKey } = this.#parts;
    return { keys: rows.filter((row) => isEndorsed(rootKey, row)).map(jwkOf) };
  }

  /** Makes a new key, with which this service signs from now on. The private part of the former one is destroyed. */
  async rotate(): Promise<string> {
    const made = await this.#locked((tx) => this.#make(tx));
    return this.#keep(made).kid;
  }

  async #now(): Promise<Current> {
    const current = this.#current;
    const isFresh = performance.now() - this.#lookedAt < LOOKED_MS_MAX;
    if (current !== undefined && isFresh && !this.#isOld(current.madeMs)) return current;
    const found = await this.#find(this.#parts.database.queryable);
    if (found !== undefined) return this.#keep(found);
    // Processes of one service that start together make one key.
    return this.#keep(await this.#locked(async (tx) => (await this.#find(tx)) ?? this.#make(tx)));
  }

  #keep(current: Current): Current {
    this.#current = current;
    this.#lookedAt = performance.now();
    return current;
  }

  #isOld(madeMs: number): boolean {
    return this.#parts.clock.nowMs() - madeMs >= KEY_DAYS_MAX * DAY_MS;
  }

  /** The key of now; undefined where there is none, or it has signed for long enough. */
  async #find(queryable: Queryable): Promise<Current | undefined> {
    const [row] = await queryable.query<Row>(
      `SELECT ${publicColumns}, sealed FROM ${this.#table} JOIN access.signing_keys p USING (kid)`,
    );
    if (row === undefined || this.#isOld(row.madeAt.getTime())) return undefined;
    const { kid, sealed, madeAt } = row;
    const { rootKey, service } = this.#parts;
    const der = await rootKey.unwrap(sealed, this.#contextOf(kid));
    // What it signed could not be verified.
    if (row.service !== service || !isEndorsed(rootKey, row)) return undefined;
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    return { kid, key, madeMs: madeAt.getTime() };
  }

  async #make(tx: Queryable): Promise<Current> {
    const { clock, rootKey, service } = this.#parts;
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const x = publicPartOf(key);
    const kid = kidOf(x);
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const sealed = await rootKey.wrap(der, this.#contextOf(kid));
    const madeAt = clock.now();
    await tx.query(`DELETE FROM ${this.#table}`);
    await tx.query(`INSERT INTO ${this.#table} (kid, sealed, made_at) VALUES ($1, $2, $3)`, [
      kid,
      sealed,
      madeAt,
    ]);
    await tx.query(
      `INSERT INTO access.signing_keys (kid, service, x, made_at, endorsement)
       VALUES ($1, $2, $3, $4, $5)`,
      [kid, service, x, madeAt, endorsementOf(rootKey, { kid, service, x, madeAt })],
    );
    return { kid, key, madeMs: madeAt.getTime() };
  }

  async #publicKey(kid: string): Promise<Known | undefined> {
    const known = this.#known.get(kid);
    if (known !== undefined || performance.now() - this.#listedAt < LISTED_MS_MIN) return known;
    this.#listedAt = performance.now();
    const { keys } = await this.jwks();
    this.#known = new Map(
      keys.map(({ kid: id, x, tact_service: service }) => [id, { key: publicKeyOf(x), service }]),
    );
    return this.#known.get(kid);
  }

  #locked<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#parts.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
        `signing key ${this.#parts.service}`,
      ]);
      return work(tx);
    });
  }

  get #table(): string {
    return `${this.#parts.service}.signing_keys`;
  }

  #contextOf(kid: string): string {
    return `tact signing key ${this.#parts.service} ${kid}`;
  }
}
