import { Injectable } from '@nestjs/common';
import type { MappingBody, MappingDocument } from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { starters } from './starters.ts';

const OWN_MAX = 50;

/** The mapping documents of tenants, every version of them, beside the starters. They name columns, never a person. */
@Injectable()
export class ImportMappings {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The newest version of each; a tenant's own takes the place of the starter of its name. */
  async documentsOf(tenantId: string): Promise<MappingDocument[]> {
    const own = await this.database.queryable.query<{ document: MappingDocument }>(
      `SELECT DISTINCT ON (name) document FROM import_mappings
       WHERE tenant_id = $1 ORDER BY name, version DESC`,
      [tenantId],
    );
    const names = new Set(own.map(({ document }) => document.name));
    return [
      ...own.map(({ document }) => document),
      ...starters.filter(({ name }) => !names.has(name)),
    ];
  }

  /** Keeps a new version; undefined where the tenant has as many names as it may. The same document again is the same version. */
  keep(tenantId: string, name: string, body: MappingBody): Promise<MappingDocument | undefined> {
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `import-mappings ${tenantId}`,
      ]);
      const rows = await tx.query<{ document: MappingDocument }>(
        `SELECT DISTINCT ON (name) document FROM import_mappings
         WHERE tenant_id = $1 ORDER BY name, version DESC`,
        [tenantId],
      );
      const earlier = rows.find(({ document }) => document.name === name)?.document;
      if (earlier === undefined && rows.length >= OWN_MAX) return undefined;
      const document = { ...body, name, version: (earlier?.version ?? 0) + 1 };
      const isSame =
        JSON.stringify({ ...earlier, version: 0 }) === JSON.stringify({ ...document, version: 0 });
      if (earlier !== undefined && isSame) return earlier;
      await tx.query(
        `INSERT INTO import_mappings (tenant_id, name, version, document, at)
         VALUES ($1, $2, $3, $4, $5)`,
        [tenantId, name, document.version, JSON.stringify(document), this.clock.now()],
      );
      return document;
    });
  }
}
