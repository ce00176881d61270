import { Injectable } from '@nestjs/common';
import { type AuditEntry, HOUR_MS, StaffId } from '@tact/contracts';
import { Clock, Jobs, type Queryable, SubjectErased, Vault } from '@tact/platform';
import { type ChainHead, lockChain } from './blank-entries.ts';
import { commitmentTo, form2Of, hashOf, newSalt } from './entry.ts';
import { signHead } from './sign-head.ts';

/** An act as its service told it. */
export type ReportedAct = {
  readonly actId: string;
  readonly tenantId: string;
  /** The person it concerns, or the tenant. */
  readonly subject: string;
  readonly at: string;
  readonly act: string;
  readonly actor: string;
  readonly about?: string | undefined;
  readonly changed?: readonly string[] | undefined;
  readonly shown?: number | undefined;
  readonly reason?: string | undefined;
  readonly event: AuditEntry['event'];
};

/** What stands beside an entry until its person is erased. */
type Beside = {
  readonly subject: string | null;
  readonly salt: string | null;
  readonly reason: string | null;
};

type Row = { readonly actId: string; readonly entry: AuditEntry; readonly hash: string } & Beside;

/** Binds a sealed reason to where it stands. */
export const reasonPlace = (actId: string): string => `audit reason ${actId}`;

const blank: Beside = { subject: null, salt: null, reason: null };

/** The hash chain of each tenant: who did what, to whom and why. Its entries are only ever added to. */
@Injectable()
export class AuditChain {
  constructor(
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Adds acts behind the last of their tenants; one that is there already has no effect. */
  async append(tx: Queryable, acts: readonly ReportedAct[]): Promise<void> {
    // In one order, so that two batches with the same tenants do not wait for each other.
    for (const tenantId of [...new Set(acts.map((act) => act.tenantId))].toSorted()) {
      const own = acts.filter((act) => act.tenantId === tenantId);
      await this.#appendTo(tx, tenantId, own);
    }
  }

  async #appendTo(
    tx: Queryable,
    tenantId: string,
    reported: readonly ReportedAct[],
  ): Promise<void> {
    const head = await lockChain(tx, tenantId);
    const known = await this.#knownAmong(tx, reported);
    const once = new Map(reported.map((act) => [act.actId, act]));
    const acts = [...once.values()].filter(({ actId }) => !known.has(actId));
    if (acts.length === 0) return;
    // The id of a member of staff stays: it says of nobody what was done once their key is gone.
    const subjects = acts.flatMap(({ subject }) =>
      StaffId.safeParse(subject).success ? [] : [subject],
    );
    const erased = await this.vault.erasedAmong(tx, tenantId, subjects);
    const rows: Row[] = [];
    let last = head;
    for (const act of acts) {
      const row = await this.#rowAfter(last, act, erased.has(act.subject));
      rows.push(row);
      last = { seq: row.entry.seq, hash: row.hash };
    }
    await insertRows(tx, tenantId, rows);
    await tx.query(
      `UPDATE audit_chains SET seq = $2, hash = decode($3, 'hex'), blanked = blanked + $4 WHERE tenant_id = $1`,
      [tenantId, last.seq, last.hash, rows.filter((row) => row.subject === null).length],
      'audit_move',
    );
    // The first entry is signed at once: from then on something is known of the chain that the database cannot forge.
    const runAt = new Date(this.clock.now().getTime() + (head.seq === 0 ? 0 : HOUR_MS));
    await this.jobs.schedule(tx, signHead, { payload: { tenantId }, unique: tenantId, runAt });
  }

  async #knownAmong(tx: Queryable, acts: readonly ReportedAct[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ actId: string }>(
      'SELECT act_id AS "actId" FROM audit_entries WHERE act_id = ANY ($1::uuid[])',
      [acts.map(({ actId }) => actId)],
      'audit_known',
    );
    return new Set(rows.map(({ actId }) => actId));
  }

  async #rowAfter(last: ChainHead, reported: ReportedAct, isErased: boolean): Promise<Row> {
    const { tenantId: tenant, actId, subject, at, act, actor, about, reason, event } = reported;
    const salt = newSalt();
    const entry: AuditEntry = {
      tenant,
      seq: last.seq + 1,
      at,
      act,
      actor,
      ...(about === undefined ? {} : { about }),
      ...form2Of(reported),
      event,
      subject: commitmentTo('subject', subject, salt),
      ...(reason === undefined ? {} : { reason: commitmentTo('reason', reason, salt) }),
      prev: last.hash,
    };
    const beside = isErased ? blank : await this.#beside(reported, salt);
    return { actId, entry, hash: hashOf(entry), ...beside };
  }

  async #beside({ tenantId, actId, subject, reason }: ReportedAct, salt: string): Promise<Beside> {
    if (reason === undefined) return { subject, salt, reason: null };
    const person = { tenantId, subject };
    try {
      const sealed = await this.vault.texts.seal(person, reason, reasonPlace(actId));
      return { subject, salt, reason: sealed };
    } catch (error) {
      if (error instanceof SubjectErased) return blank;
      throw error;
    }
  }
}

const insertRows = async (tx: Queryable, tenantId: string, rows: readonly Row[]): Promise<void> => {
  await tx.query(
    `INSERT INTO audit_entries (tenant_id, seq, act_id, at, act, actor, about, event_id, event_source,
       event_sha256, subject_commitment, reason_commitment, prev_hash, hash, subject, salt, reason, changed, shown)
     SELECT $1, e.seq, "actId", e.at, e.act, e.actor, e.about, v.id, v.source, decode(v.sha256, 'hex'),
       decode(e.subject, 'hex'), decode(e.reason, 'hex'), decode(e.prev, 'hex'), decode(r.hash, 'hex'),
       r.subject, decode(r.salt, 'hex'), r.reason, e.changed, e.shown
     FROM json_to_recordset($2::json) AS r ("actId" uuid, entry json, hash text, subject text, salt text, reason text),
       json_to_record(r.entry) AS e (seq bigint, at timestamptz, act text, actor text, about text, event json,
         subject text, reason text, prev text, changed text[], shown bigint),
       json_to_record(e.event) AS v (id uuid, source text, sha256 text)`,
    [tenantId, JSON.stringify(rows)],
    'audit_insert',
  );
};
