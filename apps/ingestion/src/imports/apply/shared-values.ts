import { Injectable } from '@nestjs/common';
import { type Identities, SharedValue } from '@tact/contracts';
import { InvalidIdentity, type Queryable, registrableIdentities, Vault } from '@tact/platform';

/** So many contacts of one file that have the same number or address are a sign of a value that stands for nobody. */
export const SHARED_CONTACTS_MIN = 20;
/** Row numbers that are named of each. */
const ROWS_MAX = 20;

/** What rows of a file have that others may have as well. */
const counted = SharedValue.shape.kind.options;

type Row = { readonly row: number; readonly identities: Identities };

/** As registrations read them: placeholders are nobody's, and no values. */
const readOf = (identities: Identities): Identities => {
  try {
    return registrableIdentities(identities).identities;
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    return {};
  }
};

/** Counts values that many rows of an import share, by keyed fingerprints that go with its end: no value is kept. */
@Injectable()
export class SharedValues {
  constructor(private readonly vault: Vault) {}

  async count(tx: Queryable, importId: string, rows: readonly Row[]): Promise<void> {
    const found = rows.flatMap(({ row, identities }) => {
      const read = readOf(identities);
      return counted.flatMap((kind) => {
        const value = read[kind];
        if (value === undefined) return [];
        const fingerprint = this.vault.factId(importId, 'shared-value', kind, value);
        return [{ kind, row, fingerprint }];
      });
    });
    if (found.length === 0) return;
    await tx.query(
      `INSERT INTO import_values AS known (import_id, fingerprint, kind, contacts, rows)
       SELECT $1, fingerprint, min(kind), count(*), (array_agg(row ORDER BY row))[1:$5]
       FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS given (fingerprint, kind, row)
       GROUP BY fingerprint ORDER BY fingerprint
       ON CONFLICT (import_id, fingerprint) DO UPDATE
         SET contacts = known.contacts + excluded.contacts, rows = (known.rows || excluded.rows)[1:$5]`,
      [
        importId,
        found.map(({ fingerprint }) => fingerprint),
        found.map(({ kind }) => kind),
        found.map(({ row }) => row),
        ROWS_MAX,
      ],
      'count_shared_values',
    );
  }
}
