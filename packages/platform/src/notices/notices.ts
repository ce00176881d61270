import { createHash } from 'node:crypto';
import type { PageLanguage, Purpose } from '@tact/contracts';
import type { TextSealer } from '../event-store/events.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { memoryOfNobody } from '../stores/memory.ts';
import { nobody } from '../stores/rows.ts';

/** A registered text without the text. */
export type NoticeRecord = {
  readonly noticeId: string;
  readonly slug: string;
  readonly language: PageLanguage;
  /** Counted from 1 for each slug and language. */
  readonly number: number;
  readonly sha256: string;
  /** What it is about; null: whoever registered it did not say. */
  readonly purposes: readonly Purpose[] | null;
  readonly publishedAt: Date;
};

/** What a proof says of the text. */
type Named = {
  readonly noticeId?: string | undefined;
  readonly noticeSha256?: string | undefined;
};

/** Which of the texts that proofs name are registered. */
export type KnownNotices = {
  readonly has: (noticeId: string) => boolean;
  /** The registered text of a hash. */
  readonly idOf: (sha256: string) => string | undefined;
  /** What the text of an id is about; undefined: nothing was said of it. */
  readonly purposesOf: (noticeId: string) => readonly Purpose[] | undefined;
};

type KnownNotice = Pick<NoticeRecord, 'noticeId' | 'purposes'>;

type NewNotice = Pick<NoticeRecord, 'noticeId' | 'slug' | 'language' | 'purposes'> & {
  readonly tenantId: string;
  readonly text: string;
  readonly at: Date;
};

const columns = `notice_id AS "noticeId", slug, language, number, encode(sha256, 'hex') AS sha256,
  purposes, published_at AS "publishedAt"`;
const CACHED_MAX = 10_000;
/** How long a hash is taken for one of nobody's: it may be registered at any time. */
const UNKNOWN_MS = 1_000;
const placeOf = (noticeId: string): string => `notice/${noticeId}`;

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const ofNotices = {
  holds: nobody,
  because: 'Texts that businesses publish, and their hashes.',
} as const;
export const knownNotices = memoryOfNobody<KnownNotice>({ name: 'notices', ...ofNotices });
export const noticeRecords = memoryOfNobody<NoticeRecord>({ name: 'notice texts', ...ofNotices });
export const unknownNotices = memoryOfNobody<true>({ name: 'hashes of no notice', ...ofNotices });

/** The registered texts of every tenant. They never change and never go, so what is known stays known. */
export class Notices {
  readonly #known = knownNotices.open({ max: CACHED_MAX });
  readonly #records = noticeRecords.open({ max: CACHED_MAX });
  readonly #unknown = unknownNotices.open({ max: CACHED_MAX, ttl: UNKNOWN_MS });

  constructor(
    private readonly database: Queryable,
    private readonly texts: TextSealer,
  ) {}

  /** One query for all that is asked for the first time. */
  async named(tenantId: string, proofs: readonly (Named | undefined)[]): Promise<KnownNotices> {
    const asked = proofs.flatMap((proof) => [proof?.noticeId, proof?.noticeSha256]);
    const names = [...new Set(asked.filter((name) => name !== undefined))];
    const strange = names.filter((name) => {
      const key = keyOf(tenantId, name);
      return !this.#known.has(key) && !this.#unknown.has(key);
    });
    if (strange.length > 0) await this.#learn(tenantId, strange);
    return {
      has: (noticeId) => this.#known.has(keyOf(tenantId, noticeId)),
      idOf: (sha256) => this.#known.get(keyOf(tenantId, sha256))?.noticeId,
      purposesOf: (noticeId) => this.#known.get(keyOf(tenantId, noticeId))?.purposes ?? undefined,
    };
  }

  async #learn(tenantId: string, names: readonly string[]): Promise<void> {
    const rows = await this.database.query<KnownNotice & { readonly sha256: string }>(
      `SELECT notice_id AS "noticeId", encode(sha256, 'hex') AS sha256, purposes FROM access.notices
       WHERE tenant_id = $1 AND (notice_id = ANY ($2) OR encode(sha256, 'hex') = ANY ($2))
       ORDER BY published_at DESC, notice_id DESC`,
      [tenantId, [...names]],
    );
    for (const { noticeId, sha256, purposes } of rows) {
      this.#known.set(keyOf(tenantId, noticeId), { noticeId, purposes });
      this.#known.set(keyOf(tenantId, sha256), { noticeId, purposes });
    }
    const found = new Set(rows.flatMap(({ noticeId, sha256 }) => [noticeId, sha256]));
    // An id is drawn by whoever registers it, and asked for right after it.
    const hashes = names.filter((name) => !found.has(name) && !name.includes('_'));
    for (const hash of hashes) this.#unknown.set(keyOf(tenantId, hash), true);
  }

  /** Registers a text in the caller's transaction; the latest one again is the one that is there. */
  async publish(
    tx: Queryable,
    notice: NewNotice,
  ): Promise<{ readonly record: NoticeRecord; readonly isNew: boolean }> {
    const { tenantId, noticeId, slug, language, text, purposes, at } = notice;
    const place = `notice ${tenantId} ${slug} ${language}`;
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [place]);
    const [latest] = await tx.query<NoticeRecord>(
      `SELECT ${columns} FROM access.notices
       WHERE tenant_id = $1 AND slug = $2 AND language = $3 ORDER BY number DESC LIMIT 1`,
      [tenantId, slug, language],
    );
    const sha256 = sha256Of(text);
    const isSame =
      latest?.sha256 === sha256 && JSON.stringify(latest.purposes) === JSON.stringify(purposes);
    if (isSame) return { record: latest, isNew: false };
    const number = (latest?.number ?? 0) + 1;
    const sealed = await this.texts.seal({ tenantId, subject: tenantId }, text, placeOf(noticeId));
    await tx.query(
      `INSERT INTO access.notices
         (tenant_id, notice_id, slug, language, number, sha256, text_sealed, purposes, published_at)
       VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9)`,
      [tenantId, noticeId, slug, language, number, sha256, sealed, purposes, at],
    );
    const record = { noticeId, slug, language, number, sha256, purposes, publishedAt: at };
    return { record, isNew: true };
  }

  /** Newest first, those before a place; `limit` at most. */
  list(
    tenantId: string,
    page: { readonly limit: number; readonly before?: readonly [at: string, noticeId: string] },
  ): Promise<NoticeRecord[]> {
    const [at, noticeId] = page.before ?? [null, null];
    return this.database.query<NoticeRecord>(
      `SELECT ${columns} FROM access.notices
       WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR (published_at, notice_id) < ($2, $3))
       ORDER BY published_at DESC, notice_id DESC LIMIT $4`,
      [tenantId, at, noticeId, page.limit],
    );
  }

  /** Undefined where the tenant has no such one. */
  async recordOf(tenantId: string, noticeId: string): Promise<NoticeRecord | undefined> {
    const known = this.#records.get(keyOf(tenantId, noticeId));
    if (known !== undefined) return known;
    const [record] = await this.database.query<NoticeRecord>(
      `SELECT ${columns} FROM access.notices WHERE tenant_id = $1 AND notice_id = $2`,
      [tenantId, noticeId],
    );
    if (record !== undefined) this.#records.set(keyOf(tenantId, noticeId), record);
    return record;
  }

  /** With its text; undefined where the tenant has no such one. */
  async of(
    tenantId: string,
    noticeId: string,
  ): Promise<(NoticeRecord & { readonly text: string }) | undefined> {
    const [row] = await this.database.query<NoticeRecord & { sealed: string }>(
      `SELECT ${columns}, text_sealed AS sealed FROM access.notices
       WHERE tenant_id = $1 AND notice_id = $2`,
      [tenantId, noticeId],
    );
    if (row === undefined) return undefined;
    const { sealed, ...record } = row;
    const owner = { tenantId, subject: tenantId };
    return { ...record, text: await this.texts.open(owner, sealed, placeOf(noticeId)) };
  }
}

const keyOf = (tenantId: string, name: string): string => `${tenantId} ${name}`;
