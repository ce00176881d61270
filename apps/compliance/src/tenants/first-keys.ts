import { Injectable } from '@nestjs/common';
import { tenantScopes } from '@tact/contracts';
import {
  type ApiKeyIdentity,
  ApiKeyRegister,
  currentContext,
  EventStore,
  type Queryable,
  ServiceConfig,
} from '@tact/platform';
import { auditOf, environmentOf } from '../api-keys/api-keys.ts';

/** The key that a new tenant begins with: every scope there, and nothing that acts on others. */
@Injectable()
export class FirstKeys {
  constructor(
    private readonly keys: ApiKeyRegister,
    private readonly store: EventStore,
    private readonly config: ServiceConfig,
  ) {}

  /** Its text is missing where the same command had drawn it before. */
  async draw(tx: Queryable, tenantId: string, caller: ApiKeyIdentity) {
    const { record, key } = await this.keys.draw(tx, {
      tenantId,
      label: 'first key',
      scopes: tenantScopes,
      environment: environmentOf(this.config.values),
      commandId: currentContext()?.commandId,
    });
    const { keyId, createdAt } = record;
    const scopes = [...record.scopes];
    if (key !== undefined) {
      const by = { ...caller, tenantId };
      const drawn = { keyId, scopes, at: createdAt.toISOString() };
      await this.store.appendIn(tx, [auditOf('ApiKeyCreated', by, drawn)]);
    }
    return { keyId, scopes, ...(key === undefined ? {} : { apiKey: key }) };
  }
}
