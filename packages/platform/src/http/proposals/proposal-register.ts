import { DAY_MS, HOUR_MS, type ProposalKind, retentionLimits } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Queryable } from '../../postgres/queryable.ts';

/** For so long somebody can agree to a proposal, and for so long what was agreed to can be done. */
const OPEN_MS = 72 * HOUR_MS;
const { proposals: kept } = retentionLimits;

/** What somebody wrote as they liked, and may name anybody: it is there to be agreed to, and no longer. */
const freeField = 'label';
const withoutFreeText = `(SELECT coalesce(json_agg(one), '[]') FROM json_array_elements(content) AS one
  WHERE one->>'field' <> '${freeField}')`;

/** One field of what is proposed. */
export type ProposedField = { readonly field: string; readonly value: string };

export type ProposalRecord = {
  readonly proposalId: string;
  readonly tenantId: string;
  readonly kind: ProposalKind;
  readonly about: string;
  readonly content: readonly ProposedField[];
  readonly contentSha256: string;
  readonly proposedBy: string;
  readonly keyId: string | null;
  readonly staffId: string | null;
  readonly sealedName: string | null;
  readonly proposedAt: Date;
  readonly state: 'open' | 'approved' | 'declined' | 'done';
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
};

const columns = `proposal_id AS "proposalId", tenant_id AS "tenantId", kind, about, content,
  content_sha256 AS "contentSha256", proposed_by AS "proposedBy", key_id AS "keyId", staff_id AS "staffId",
  sealed_name AS "sealedName", proposed_at AS "proposedAt", state, decided_by AS "decidedBy", decided_at AS "decidedAt"`;

/** Until when somebody can go on with it. */
export const openUntil = ({ state, proposedAt, decidedAt }: ProposalRecord): Date =>
  new Date(((state === 'approved' ? decidedAt : null) ?? proposedAt).getTime() + OPEN_MS);

/** The rows of what was proposed. What changes them runs inside the caller's transaction, with its event. */
export class ProposalRegister {
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async find(
    queryable: Queryable,
    { tenantId, proposalId }: Pick<ProposalRecord, 'tenantId' | 'proposalId'>,
  ): Promise<ProposalRecord | undefined> {
    const [record] = await queryable.query<ProposalRecord>(
      `SELECT ${columns} FROM access.proposals WHERE tenant_id = $1 AND proposal_id = $2`,
      [tenantId, proposalId],
    );
    return record;
  }

  /** Those of one content that can be gone on with. */
  async alive(
    queryable: Queryable,
    { tenantId, contentSha256 }: Pick<ProposalRecord, 'tenantId' | 'contentSha256'>,
  ): Promise<readonly ProposalRecord[]> {
    const records = await queryable.query<ProposalRecord>(
      `SELECT ${columns} FROM access.proposals
       WHERE tenant_id = $1 AND content_sha256 = $2 AND state IN ('open', 'approved')
       ORDER BY state, proposed_at`,
      [tenantId, contentSha256],
    );
    const now = this.#clock.now();
    return records.filter((record) => openUntil(record) > now);
  }

  /** Latest first, those before `before`. */
  list(
    queryable: Queryable,
    tenantId: string,
    page: { readonly limit: number; readonly before?: { proposedAt: Date; proposalId: string } },
  ): Promise<ProposalRecord[]> {
    const { proposedAt = null, proposalId = '' } = page.before ?? {};
    return queryable.query<ProposalRecord>(
      `SELECT ${columns} FROM access.proposals
       WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR (proposed_at, proposal_id) < ($2, $3))
       ORDER BY proposed_at DESC, proposal_id DESC LIMIT $4`,
      [tenantId, proposedAt, proposalId, page.limit],
    );
  }

  /** What waits for somebody to agree: how many of each kind, and since when. */
  waiting(
    queryable: Queryable,
    tenantId: string,
  ): Promise<{ kind: ProposalKind; count: number; since: Date }[]> {
    return queryable.query(
      `SELECT kind, count(*)::int AS count, min(proposed_at) AS since FROM access.proposals
       WHERE tenant_id = $1 AND state = 'open' AND proposed_at > $2 GROUP BY kind ORDER BY kind`,
      [tenantId, new Date(this.#clock.now().getTime() - OPEN_MS)],
    );
  }

  async add(tx: Queryable, record: ProposalRecord): Promise<void> {
    const { proposalId, tenantId, kind, about, content, contentSha256 } = record;
    const { proposedBy, keyId, staffId, sealedName, proposedAt } = record;
    await tx.query(
      `INSERT INTO access.proposals (proposal_id, tenant_id, kind, about, content, content_sha256,
         proposed_by, key_id, staff_id, sealed_name, proposed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        proposalId,
        tenantId,
        kind,
        about,
        JSON.stringify(content),
        contentSha256,
        proposedBy,
        keyId,
        staffId,
        sealedName,
        proposedAt,
      ],
    );
  }

  /** False: it is not in that state any more. */
  async move(
    tx: Queryable,
    { proposalId }: Pick<ProposalRecord, 'proposalId'>,
    change: {
      readonly from: readonly ProposalRecord['state'][];
      readonly to: ProposalRecord['state'];
      /** Of who agrees or declines. */
      readonly by?: string;
    },
  ): Promise<boolean> {
    const moved = await tx.query(
      `UPDATE access.proposals SET state = $3, decided_by = coalesce($4, decided_by),
         content = CASE WHEN $3 IN ('declined', 'done') THEN ${withoutFreeText} ELSE content END,
         decided_at = CASE WHEN $4::text IS NULL THEN decided_at ELSE $5::timestamptz END
       WHERE proposal_id = $1 AND state = ANY ($2) RETURNING 1`,
      [proposalId, [...change.from], change.to, change.by ?? null, this.#clock.now()],
    );
    return moved.length > 0;
  }

  /** What somebody who is erased wrote as they liked, or others of them, goes at once. */
  async forgetTextsOf(
    tx: Queryable,
    { tenantId, staffId }: { readonly tenantId: string; readonly staffId: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE access.proposals SET content = ${withoutFreeText}
       WHERE tenant_id = $1 AND (staff_id = $2 OR position($2 IN content::text) > 0)`,
      [tenantId, staffId],
    );
  }

  /** What nobody can go on with loses what was written freely, and after its time all. */
  async forgetOld(queryable: Queryable): Promise<void> {
    const now = this.#clock.now().getTime();
    await queryable.query(
      `UPDATE access.proposals SET content = ${withoutFreeText}
       WHERE state IN ('open', 'approved') AND coalesce(decided_at, proposed_at) <= $1
         AND position('"${freeField}"' IN content::text) > 0`,
      [new Date(now - OPEN_MS)],
    );
    if (kept.days === null) return;
    await queryable.query('DELETE FROM access.proposals WHERE proposed_at < $1', [
      new Date(now - kept.days * DAY_MS),
    ]);
  }
}
