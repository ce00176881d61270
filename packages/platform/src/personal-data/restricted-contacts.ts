import { ProblemError } from '../http/problem-error.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { personalRows } from '../stores/rows.ts';
import { MergedContacts } from './identity/merged-contacts.ts';
import type { Vault } from './vault.ts';

/** Whose data a service keeps and does not use, as far as it heard. */
export const restrictedContactsSchema = `
      CREATE TABLE restricted_contacts (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;

export const restrictedContactsStore = personalRows({
  table: 'restricted_contacts',
  columns: ['contact_id'],
  holds: {
    en: 'That what is known of the person is kept and not used.',
    fr: 'Que les données de la personne sont conservées sans être utilisées.',
  },
  retention: 'contact-details',
});

/** An event that says whose data is not to be used, or is again. */
type RestrictionEvent = {
  readonly tenantid: string;
  readonly type: 'ContactRestricted' | 'RestrictionLifted';
  readonly data: { readonly contactId: string };
};

/** What one service knows of restrictions: it refuses to use what it holds of these people (GDPR Art. 18). */
export class RestrictedContacts {
  readonly #database: Pick<Database, 'queryable'>;
  readonly #vault: Pick<Vault, 'idsOf'>;

  constructor(database: Pick<Database, 'queryable'>, vault: Pick<Vault, 'idsOf'>) {
    this.#database = database;
    this.#vault = vault;
  }

  /** In the order in which they were told: of one contact they come in their own. */
  async record(tx: Queryable, events: readonly RestrictionEvent[]): Promise<void> {
    for (const { tenantid, type, data } of events) {
      const text =
        type === 'ContactRestricted'
          ? 'INSERT INTO restricted_contacts (tenant_id, contact_id) VALUES ($1, $2) ON CONFLICT DO NOTHING'
          : 'DELETE FROM restricted_contacts WHERE tenant_id = $1 AND contact_id = $2';
      await tx.query(text, [tenantid, data.contactId]);
    }
  }

  /** Every id of everybody of a tenant who is restricted: what lists leave out. */
  async idsIn(tenantId: string): Promise<readonly string[]> {
    const rows = await this.#database.queryable.query<{ contactId: string }>(
      'SELECT contact_id AS "contactId" FROM restricted_contacts WHERE tenant_id = $1',
      [tenantId],
      'restricted_contacts',
    );
    return new MergedContacts(this.#database.queryable).allIdsOf(
      tenantId,
      rows.map(({ contactId }) => contactId),
    );
  }

  /** 423 for a contact that is restricted, by whichever of its ids. */
  async assertFree(tenantId: string, contactId: string, queryable?: Queryable): Promise<void> {
    if (await this.isRestricted(tenantId, contactId, queryable)) {
      throw new ProblemError('restricted');
    }
  }

  /** By whichever of the contact's ids. */
  async isRestricted(
    tenantId: string,
    contactId: string,
    queryable: Queryable = this.#database.queryable,
  ): Promise<boolean> {
    const ids = await this.#vault.idsOf(tenantId, contactId, queryable);
    const rows = await queryable.query(
      'SELECT FROM restricted_contacts WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) LIMIT 1',
      [tenantId, [...ids]],
      'restricted_contact',
    );
    return rows.length > 0;
  }
}
