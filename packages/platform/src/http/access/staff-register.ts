import type { Role } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Vault } from '../../personal-data/vault.ts';
import { SubjectErased } from '../../personal-data/refusals.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import type {
  NewStaff,
  ProviderAccount,
  RolesProposed,
  StaffAsked,
  StaffRecord,
} from './staff-record.ts';

/** A keyed fingerprint of what somebody is known by, and where it stands. */
type Marked = {
  readonly tenantId: string;
  readonly column: 'email_mark' | 'provider_mark';
  readonly mark: string;
};

type Parts = Pick<Vault, 'texts' | 'factId'>;

const columns = `staff_id AS "staffId", tenant_id AS "tenantId", roles, language, sealed_name AS "sealedName",
  sealed_email AS "sealedEmail", created_at AS "createdAt", dismissed_at AS "dismissedAt", is_demo AS "isDemo", proposed,
  erased_at AS "erasedAt"`;

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
  findByEmail(
    queryable: Queryable,
    tenantId: string,
    email: string,
  ): Promise<StaffRecord | undefined> {
    const mark = this.#markOf(tenantId, email);
    return this.#latest(queryable, { tenantId, column: 'email_mark', mark });
  }

  /** Whom the provider of identities knows so, now or before they were dismissed: an address can be given to another. */
  findByProvider(
    queryable: Queryable,
    tenantId: string,
    account: ProviderAccount,
  ): Promise<StaffRecord | undefined> {
    const mark = this.#accountMark(tenantId, account);
    return this.#latest(queryable, { tenantId, column: 'provider_mark', mark });
  }

  /** False: they are known by another account already. */
  async linkProvider(
    tx: Queryable,
    { tenantId, staffId }: StaffAsked,
    account: ProviderAccount,
  ): Promise<boolean> {
    const linked = await tx.query(
      `UPDATE access.staff SET provider_mark = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND provider_mark IS NULL RETURNING staff_id`,
      [tenantId, staffId, this.#accountMark(tenantId, account)],
    );
    return linked.length > 0;
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
    return (await this.numbers(queryable, tenantId)).members > 0;
  }

  /** Where those who work for the tenant now are written to; whom the embedded platform invented is nobody. */
  async addressesOf(queryable: Queryable, tenantId: string): Promise<readonly string[]> {
    const records = await queryable.query<StaffRecord>(
      `SELECT ${columns} FROM access.staff
       WHERE tenant_id = $1 AND dismissed_at IS NULL AND NOT is_demo`,
      [tenantId],
    );
    const addresses = await Promise.all(records.map((record) => this.emailOf(record)));
    return addresses.filter((address) => address !== undefined);
  }

  /** How many people work for the tenant; those the embedded platform invented are nobody. */
  async countPeople(queryable: Queryable, tenantId: string): Promise<number> {
    return (await this.numbers(queryable, tenantId)).people;
  }

  /** Of those who work for the tenant how many are people, and how many there are with the invented ones. */
  async numbers(
    queryable: Queryable,
    tenantId: string,
  ): Promise<{ readonly people: number; readonly members: number }> {
    const [row] = await queryable.query<{ people: number; members: number }>(
      `SELECT count(*) FILTER (WHERE NOT is_demo)::int AS people, count(*)::int AS members
       FROM access.staff WHERE tenant_id = $1 AND dismissed_at IS NULL`,
      [tenantId],
    );
    return row ?? { people: 0, members: 0 };
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
         (staff_id, tenant_id, roles, language, sealed_name, sealed_email, email_mark, created_at, is_demo)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING ${columns}`,
      [
        staffId,
        tenantId,
        [...roles],
        language,
        sealedName,
        sealedEmail,
        this.#markOf(tenantId, person.email),
        this.#clock.now(),
        person.isDemo === true,
      ],
    );
    return record;
  }

  async setRoles(tx: Queryable, { tenantId, staffId }: StaffAsked, roles: readonly Role[]) {
    await tx.query(
      'UPDATE access.staff SET roles = $3, proposed = NULL WHERE tenant_id = $1 AND staff_id = $2',
      [tenantId, staffId, [...roles]],
    );
  }

  /** Beside the roles that are held, which stay as they are. */
  async propose(tx: Queryable, { tenantId, staffId }: StaffAsked, proposed: RolesProposed) {
    await tx.query(
      'UPDATE access.staff SET proposed = $3::jsonb WHERE tenant_id = $1 AND staff_id = $2',
      [tenantId, staffId, JSON.stringify(proposed)],
    );
  }

  /**
   * Their keys and signed tokens open nothing from now on, their sessions are over, and their address is free. Answers
   * which keys ended: theirs, and those of programs that they drew and know the text of.
   */
  async dismiss(tx: Queryable, { tenantId, staffId }: StaffAsked): Promise<readonly string[]> {
    const now = this.#clock.now();
    await tx.query(
      `UPDATE access.staff SET dismissed_at = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND dismissed_at IS NULL`,
      [tenantId, staffId, now],
    );
    return this.endAccess(tx, { tenantId, staffId });
  }

  /** Ends what they act by, and says which keys that were. */
  async endAccess(tx: Queryable, { tenantId, staffId }: StaffAsked): Promise<readonly string[]> {
    const now = this.#clock.now();
    const ended = await tx.query<{ keyId: string }>(
      `UPDATE access.api_keys SET revoked_at = $3
       WHERE tenant_id = $1 AND (actor = $2 OR drawn_by = $2) AND revoked_at IS NULL
       RETURNING key_id AS "keyId"`,
      [tenantId, staffId, now],
    );
    await tx.query(
      `UPDATE access.sessions SET ended_at = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND ended_at IS NULL`,
      [tenantId, staffId, now],
    );
    return ended.map(({ keyId }) => keyId).toSorted();
  }

  /**
   * Nothing of the row says any more who it was; whether their key goes is the caller's matter. The keyed fingerprint of
   * the account at a provider of identities stays: without it the erasure would undo the dismissal there.
   */
  async erase(tx: Queryable, { tenantId, staffId }: StaffAsked): Promise<Date> {
    const erasedAt = this.#clock.now();
    await tx.query(
      `UPDATE access.staff SET sealed_name = NULL, sealed_email = NULL, email_mark = NULL,
         proposed = NULL, erased_at = $3
       WHERE tenant_id = $1 AND staff_id = $2 AND dismissed_at IS NOT NULL AND erased_at IS NULL`,
      [tenantId, staffId, erasedAt],
    );
    return erasedAt;
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

  #accountMark(tenantId: string, { issuer, subject }: ProviderAccount): string {
    return this.#vault.factId(tenantId, 'staff-provider', issuer, subject);
  }

  async #latest(
    queryable: Queryable,
    { tenantId, column, mark }: Marked,
  ): Promise<StaffRecord | undefined> {
    const [record] = await queryable.query<StaffRecord>(
      `SELECT ${columns} FROM access.staff WHERE tenant_id = $1 AND ${column} = $2
       ORDER BY dismissed_at DESC NULLS FIRST LIMIT 1`,
      [tenantId, mark],
    );
    return record;
  }

  /** Keyed: it tells that two addresses are one, and neither of them. */
  #markOf(tenantId: string, email: string): string {
    return this.#vault.factId(tenantId, 'staff-email', email);
  }
}
