import type { TenantDetails } from '@tact/contracts';
import type { TextSealer } from '../event-store/events.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Queryable } from '../postgres/queryable.ts';
import {
  peopleIn,
  sealedPlace,
  type SealedSettings,
  StoredSettings,
  tenantColumns,
  type TenantRow,
} from './tenant-settings.ts';
import { openSealed } from './tenants.ts';

export type TenantSecrets = Omit<SealedSettings, 'dpo' | 'contact' | 'replyTo'>;

/** A tenant as the register has it, opened. */
export type TenantRecord = {
  readonly tenantId: string;
  readonly details: TenantDetails;
  readonly secrets: TenantSecrets;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** Counts its changes, from 1. */
  readonly version: number;
};

export type NewTenant = Pick<TenantRecord, 'tenantId' | 'details' | 'secrets'> & {
  readonly at: Date;
};

/** `taken`: there is one of this id. `account-taken`: another one has one of these accounts of WhatsApp. */
export type TenantRefusal = { readonly refused: 'taken' | 'account-taken' };

/** The tenants and their settings, inside the caller's transaction: a change and its event are one. */
export class TenantRegister {
  readonly #texts: TextSealer;

  constructor(texts: TextSealer) {
    this.#texts = texts;
  }

  /** One at a time: who takes an account, and who has one of an id, is decided in one order. Held until the commit. */
  async lock(tx: Queryable): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('tenants'))`);
  }

  async find(queryable: Queryable, tenantId: string): Promise<TenantRecord | undefined> {
    const [row] = await queryable.query<TenantRow>(
      `SELECT ${tenantColumns} FROM access.tenants WHERE tenant_id = $1`,
      [tenantId],
    );
    return row && (await this.#recordOf(row));
  }

  /** In the order of their ids, those after `after`. */
  async list(
    queryable: Queryable,
    { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<TenantRecord[]> {
    const rows = await queryable.query<TenantRow>(
      `SELECT ${tenantColumns} FROM access.tenants WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2`,
      [after, limit],
    );
    return await Promise.all(rows.map((row) => this.#recordOf(row)));
  }

  async create(tx: Queryable, tenant: NewTenant): Promise<TenantRefusal | undefined> {
    await this.lock(tx);
    const { tenantId, details, at } = tenant;
    const made = await tx.query(
      `INSERT INTO access.tenants (tenant_id, settings, sealed, created_at, changed_at)
       VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING tenant_id`,
      [tenantId, JSON.stringify(StoredSettings.parse(details)), await this.#seal(tenant), at],
    );
    if (made.length === 0) return { refused: 'taken' };
    return await this.#claim(tx, tenant);
  }

  /** What is there already, because `lock` and `find` said so. */
  async change(tx: Queryable, tenant: NewTenant): Promise<TenantRefusal | undefined> {
    const { tenantId, details, at } = tenant;
    await tx.query(
      `UPDATE access.tenants SET settings = $2, sealed = $3, changed_at = $4, version = version + 1
       WHERE tenant_id = $1`,
      [tenantId, JSON.stringify(StoredSettings.parse(details)), await this.#seal(tenant), at],
    );
    return await this.#claim(tx, tenant);
  }

  async #claim(
    tx: Queryable,
    { tenantId, details }: NewTenant,
  ): Promise<TenantRefusal | undefined> {
    const wabaIds = details.whatsapp?.wabaIds ?? [];
    await tx.query(
      'DELETE FROM access.whatsapp_accounts WHERE tenant_id = $1 AND waba_id <> ALL ($2)',
      [tenantId, wabaIds],
    );
    await tx.query(
      `INSERT INTO access.whatsapp_accounts (waba_id, tenant_id) SELECT unnest($2::text[]), $1
       ON CONFLICT DO NOTHING`,
      [tenantId, wabaIds],
    );
    const [other] = await tx.query(
      'SELECT FROM access.whatsapp_accounts WHERE waba_id = ANY ($2) AND tenant_id <> $1 LIMIT 1',
      [tenantId, wabaIds],
    );
    return other === undefined ? undefined : { refused: 'account-taken' };
  }

  async #seal({ tenantId, details, secrets }: NewTenant): Promise<string | null> {
    const all = Object.entries({ ...peopleIn(details), ...secrets });
    const sealed = all.filter(([, value]) => value !== undefined);
    if (sealed.length === 0) return null;
    const text = JSON.stringify(Object.fromEntries(sealed));
    return await this.#texts.seal({ tenantId, subject: tenantId }, text, sealedPlace);
  }

  async #recordOf({ tenantId, settings, sealed, ...times }: TenantRow): Promise<TenantRecord> {
    const stored = StoredSettings.parse(settings);
    const opened = sealed === null ? {} : await openSealed(this.#texts, tenantId, sealed);
    const { dpo, contact, replyTo, ...secrets } = opened;
    const details = { ...stored, ...peopleIn({ dpo, contact, replyTo }) };
    return { tenantId, details, secrets, ...times };
  }
}
