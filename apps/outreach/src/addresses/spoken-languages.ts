import { Injectable } from '@nestjs/common';
import { Clock, Database, type Queryable, SubjectErased, Vault } from '@tact/platform';

export type StatedLanguage = {
  readonly tenantId: string;
  readonly contactId: string;
  /** BCP 47. */
  readonly language: string;
};

const place = 'spoken language';

/** The language of each contact as the contact's facts last stated it: what we write to them ourselves is in it. */
@Injectable()
export class SpokenLanguages {
  constructor(
    private readonly vault: Vault,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The last one of each contact stands; of who is erased nothing is kept. */
  async keep(tx: Queryable, stated: readonly StatedLanguage[]): Promise<void> {
    const latest = new Map(stated.map((one) => [`${one.tenantId} ${one.contactId}`, one]));
    const sealed = await Promise.all([...latest.values()].map((one) => this.#sealed(one)));
    const rows = sealed.flatMap((row) => row ?? []);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO spoken_languages (tenant_id, contact_id, language, noted_at)
       SELECT tenant_id, contact_id, language, $4
         FROM unnest($1::text[], $2::text[], $3::text[]) AS said (tenant_id, contact_id, language)
       ON CONFLICT (tenant_id, contact_id) DO UPDATE
         SET language = excluded.language, noted_at = excluded.noted_at`,
      [
        rows.map(({ tenantId }) => tenantId),
        rows.map(({ contactId }) => contactId),
        rows.map(({ language }) => language),
        this.clock.now(),
      ],
      'keep_spoken_languages',
    );
  }

  /** Whichever of the contact's ids is asked; undefined where none was ever stated. */
  async of(tenantId: string, contactId: string): Promise<string | undefined> {
    const ids = await this.vault.idsOf(tenantId, contactId);
    const rows = await this.database.queryable.query<StatedLanguage>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId", language FROM spoken_languages
       WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY noted_at DESC`,
      [tenantId, [...ids]],
    );
    for (const row of rows) {
      const language = await this.#opened(row);
      if (language !== undefined) return language;
    }
    return undefined;
  }

  async #sealed({
    tenantId,
    contactId,
    language,
  }: StatedLanguage): Promise<StatedLanguage | undefined> {
    try {
      const text = await this.vault.texts.seal({ tenantId, subject: contactId }, language, place);
      return { tenantId, contactId, language: text };
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }

  async #opened({ tenantId, contactId, language }: StatedLanguage): Promise<string | undefined> {
    try {
      return await this.vault.texts.open({ tenantId, subject: contactId }, language, place);
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }
}
