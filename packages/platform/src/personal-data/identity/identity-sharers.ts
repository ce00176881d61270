import { identityKinds, type IdentityKind } from '@tact/contracts';
import type { Queryable } from '../../postgres/queryable.ts';
import { isStrong } from './identity-strength.ts';

type Sharer = { readonly contactId: string; readonly other: string };

/** Others who have at present what contacts have of a kind, by the fingerprints of the index: no value is needed. */
export const sharersOf = async (
  queryable: Queryable,
  asked: {
    readonly tenantId: string;
    readonly contactIds: readonly string[];
    readonly kind: IdentityKind;
  },
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { tenantId, contactIds, kind } = asked;
  if (contactIds.length === 0) return new Map();
  const rows = await queryable.query<Sharer>(
    `SELECT DISTINCT own.contact_id AS "contactId", shared.contact_id AS other
     FROM unnest($2::text[]) AS asked (contact_id)
     CROSS JOIN LATERAL (
       SELECT contact_id, bidx FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = asked.contact_id AND kind = $3 AND until IS NULL) AS own
     JOIN vault.identities AS shared ON shared.tenant_id = $1 AND shared.bidx = own.bidx
       AND shared.until IS NULL AND shared.contact_id <> own.contact_id
     ORDER BY 1, 2`,
    [tenantId, [...new Set(contactIds)], kind],
    'identity_sharers',
  );
  const byContact = Map.groupBy(rows, ({ contactId }) => contactId);
  return new Map([...byContact].map(([id, own]) => [id, own.map(({ other }) => other)]));
};

type Asked = { readonly nth: number; readonly bidx: Buffer };

/** Contact ids by who was asked about, of everybody who has one of the fingerprints at present. */
export const everybodyWith = async (
  queryable: Queryable,
  tenantId: string,
  asked: readonly Asked[],
): Promise<ReadonlyMap<number, readonly string[]>> => {
  if (asked.length === 0) return new Map();
  const rows = await queryable.query<{ nth: number; contactId: string }>(
    `SELECT asked.nth, known.contact_id AS "contactId"
     FROM unnest($2::int[], $3::bytea[]) AS asked (nth, bidx)
     JOIN vault.identities AS known ON known.tenant_id = $1 AND known.bidx = asked.bidx
       AND known.until IS NULL
     ORDER BY 1, 2`,
    [tenantId, asked.map(({ nth }) => nth), asked.map(({ bidx }) => bidx)],
    'everybody_with',
  );
  const byNth = Map.groupBy(rows, ({ nth }) => nth);
  return new Map([...byNth].map(([nth, own]) => [nth, own.map(({ contactId }) => contactId)]));
};

export type ContactsPage = {
  readonly after: { readonly tenantId: string; readonly contactId: string } | undefined;
  readonly limit: number;
};
export type SeveralRows = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly kinds: readonly IdentityKind[];
};

/** Contacts that have several rows of one strong kind at present, links left out, in the order of their ids. */
export const contactsWithSeveral = (
  queryable: Queryable,
  { after, limit }: ContactsPage,
): Promise<SeveralRows[]> =>
  queryable.query<SeveralRows>(
    `SELECT tenant_id AS "tenantId", contact_id AS "contactId", array_agg(kind ORDER BY kind) AS kinds
     FROM (
       SELECT tenant_id, contact_id, kind FROM vault.identities
       WHERE until IS NULL AND record IS NULL AND kind = ANY ($1::text[]) AND (tenant_id, contact_id) > ($2, $3)
       GROUP BY tenant_id, contact_id, kind HAVING count(*) > 1) AS several
     GROUP BY tenant_id, contact_id ORDER BY tenant_id, contact_id LIMIT $4`,
    [identityKinds.filter(isStrong), after?.tenantId ?? '', after?.contactId ?? '', limit],
  );
