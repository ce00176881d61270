import type { Role } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Vault } from '../../personal-data/vault.ts';
import { SubjectErased } from '../../personal-data/refusals.ts';
import type { Queryable } from '../../postgres/queryable.ts';

/** A member of staff as they are kept: name and address sealed under their own key. */
export type StaffRecord = {
  readonly staffId: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
  readonly language: 'fr' | 'en';
  readonly sealedName: string | null;
  readonly sealedEmail: string | null;
  readonly createdAt: Date;
  readonly dismissedAt: Date | null;
};

export type NewStaff = {
  readonly staffId: string;
  readonly tenantId: string;
  readonly name: string;
  /** In its canonical form. */
  readonly email: string;
  readonly roles: readonly Role[];
  readonly language: 'fr' | 'en';
};

export type StaffAsked = { readonly tenantId: string; readonly staffId: string };

type Parts = Pick<Vault, 'texts' | 'factId'>;

const columns = `staff_id AS "staffId", tenant_id AS "tenantId", roles, language, sealed_name AS "sealedName",
  sealed_email AS "sealedEmail", created_at AS "createdAt", dismissed_at AS "dismissedAt"`;

/** The people who act for a tenant. What changes them runs inside the caller's transaction, with its event. */
export class StaffRegister {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #vault: Parts;

  constructor(clock: Pick<Clock, 'now'>, vault: Parts) {
    this.#clock = clock;
    this.#vault = vault;
  }

  /** One change of a tenant's staff at a time: two administrators cannot dismiss each other at once. */
  async lock(tx: Queryable, tenantId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`staff|${tenantId}`]);
  }

  async find(
    queryable: Queryable,
    { tenantId, staffId }: StaffAsked,
  ): Promise<StaffRecord | undefined> {
    const [record] = await queryable.query<StaffRecord>(
      `SELECT ${columns} FROM access.staff WHERE tenant_id = $1 AND staff_id = $2`,
      [tenantId, staffId],
    );
    return record;
  }

  /** Who has this address now, else who had it last and was dismissed. */
  async findByEmail(
    queryable: Queryable,
    tenantId: string,
    email: string,
  ): Promise<StaffRecord | undefined> {
    const [record] = await queryable.query<StaffRecord>(
      `SELECT ${columns} FROM access.staff WHERE tenant_id = $1 AND email_mark = $2
       ORDER BY dismissed_at DESC NULLS FIRST LIMIT 1`,
      [tenantId, this.#markOf(tenantId, email)],
    );
    return record;
  }

  /** Oldest first, those after `after`. */
  list(
    queryable: Queryable,
    tenantId: string,
    page: { readonly limit: number; readonly after?: { createdAt: Date; staffId: string } },
  ): Promise<StaffRecord[]> {
    const { createdAt, staffId } = page.after ?? { createdAt: new Date(0), staffId: '' };
    return queryable.query<StaffRecord>(
      `SELECT ${columns} FROM access.staff
       WHERE tenant_id = $1 AND (created_at, staff_id) > ($2, $3) ORDER BY created_at, staff_id LIMIT $4`,
      [tenantId, createdAt, staffId, page.limit],
    );
  }

  /** Whether anybody works for the tenant now: then a second person is a person, and not another key. */
  async hasMembers(queryable: Queryable, tenantId: string): Promise<boolean> {
    const rows = await queryable.query(
      'SELECT FROM access.staff WHERE tenant_id = $1 AND dismissed_at IS NULL LIMIT 1',
      [tenantId],
    );
    return rows.length > 0;
  }

  /** How many others administer the tenant. */
  async otherAdmins(tx: Queryable, { tenantId, staffId }: StaffAsked): Promise<number> {
    const rows = await tx.query(
      `SELECT FROM access.staff
       WHERE tenant_id = $1 AND staff_id <> $2 AND dismissed_at IS NULL AND 'admin' = ANY (roles)`,
      [tenantId, staffId],
    );
    return rows.length;
  }

  /** Undefined: the address is another's, or the command that is repeated has added them before. */
  async add(tx: Queryable, person: NewStaff): Promise<StaffRecord | undefined> {
    const { tenantId, staffId, roles, language } = person;
    const [sealedName, sealedEmail] = await Promise.all([
      this.#seal(person, person.name, 'name'),
      this.#seal(person, person.email, 'email'),
    ]);
    const [record] = await tx.query<StaffRecord>(
      `INSERT INTO access.staff
         (staff_id, tenant_id, roles, language, sealed_name, sealed_email, email_mark, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING ${columns}`,
      [
        staffId,
        tenantId,
        [...roles],
        language,
        sealedName,
        sealedEmail,
        this.#markOf(tenantId, person.email),
        this.#clock.now(),
      ],
    );
    return record;
  }

  async setRoles(tx: Queryable, { tenantId, staffId }: StaffAsked, roles: readonly Role[]) {
    await tx.query('UPDATE access.staff SET roles = $3 WHERE tenant_id = $1 AND staff_id = $2', [
      tenantId,
      staffId,
      [...roles],
    ]);
  }

  /** Their keys and signed tokens open nothing from now on, their sessions are over, and their address is free. */
  async dismiss(tx: Queryable, { tenantId, staffId }: StaffAsked): Promise<void> {
    const now = this.#clock.now();
    await tx.query(
      `UPDATE access.staff SET dismissed_at = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND dismissed_at IS NULL`,
      [tenantId, staffId, now],
    );
    await tx.query(
      `UPDATE access.api_keys SET revoked_at = $3
       WHERE tenant_id = $1 AND actor = $2 AND revoked_at IS NULL`,
      [tenantId, staffId, now],
    );
    await tx.query(
      `UPDATE access.sessions SET ended_at = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND ended_at IS NULL`,
      [tenantId, staffId, now],
    );
  }

  /** Undefined once it was erased. */
  nameOf(record: StaffRecord): Promise<string | undefined> {
    return this.#open(record, record.sealedName, 'name');
  }

  emailOf(record: StaffRecord): Promise<string | undefined> {
    return this.#open(record, record.sealedEmail, 'email');
  }

  #seal({ tenantId, staffId: subject }: StaffAsked, text: string, what: string): Promise<string> {
    return this.#vault.texts.seal({ tenantId, subject }, text, `staff ${what}`);
  }

  async #open(
    { tenantId, staffId: subject }: StaffAsked,
    sealed: string | null,
    what: string,
  ): Promise<string | undefined> {
    if (sealed === null) return undefined;
    try {
      return await this.#vault.texts.open({ tenantId, subject }, sealed, `staff ${what}`);
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }

  /** Keyed: it tells that two addresses are one, and neither of them. */
  #markOf(tenantId: string, email: string): string {
    return this.#vault.factId(tenantId, 'staff-email', email);
  }
}
