import { Injectable } from '@nestjs/common';
import { type CreateApiKeyRequest, isAdministrative } from '@tact/contracts';
import {
  ApiKeyRegister,
  type CallerIdentity,
  currentContext,
  Database,
  Proposals,
  type Queryable,
} from '@tact/platform';
import { KeyOwners } from './key-owners.ts';

type Licence = NonNullable<Awaited<ReturnType<Proposals['licence']>>>;

/** Whoever holds a key with an administrative scope decides who else may do what: it is made by two, where there are two. */
@Injectable()
export class AdministrativeKeys {
  constructor(
    private readonly proposals: Proposals,
    private readonly owners: KeyOwners,
    private readonly register: ApiKeyRegister,
    private readonly database: Database,
  ) {}

  /** Undefined where it is made by one. Throws the problem of a key that may not be made, or not yet. */
  async licence(
    caller: CallerIdentity,
    { label, scopes, expiresAt, actor, proposedBy }: CreateApiKeyRequest,
  ): Promise<Licence | undefined> {
    if (!scopes.some((scope) => isAdministrative[scope])) return undefined;
    const { queryable } = this.database;
    // A call repeated with its idempotency key names the key it made, and makes none.
    const { commandId } = currentContext() ?? {};
    if (commandId !== undefined && (await this.register.isMade(queryable, commandId))) {
      return undefined;
    }
    await this.owners.assertMayDraw(queryable, caller, {
      scopes,
      ...(actor === undefined ? {} : { actor }),
    });
    const content = { label, scopes: scopes.toSorted().join(', '), expiresAt, actor };
    return this.proposals.licence(caller, {
      kind: 'administrative-key',
      about: label,
      content,
      proposedBy,
    });
  }

  /** Whoever gives another's key a successor reads the text of it. */
  async licenceOfRotation(
    caller: CallerIdentity,
    { keyId, proposedBy }: { readonly keyId: string; readonly proposedBy: string | undefined },
  ): Promise<Licence | undefined> {
    const { tenantId } = caller;
    const record = await this.register.find(this.database.queryable, { tenantId, keyId });
    // Of a key that is not there, or was rotated before, the register says so.
    if (record === undefined || record.successorKeyId !== null) return undefined;
    const isOwn =
      keyId === caller.keyId || (record.actor !== null && record.actor === caller.staffId);
    const { label, scopes } = record;
    if (isOwn || !scopes.some((scope) => isAdministrative[scope])) return undefined;
    await this.owners.assertMayDraw(this.database.queryable, caller, record);
    const content = { label, rotates: keyId, scopes: scopes.toSorted().join(', ') };
    return this.proposals.licence(caller, {
      kind: 'administrative-key',
      about: label,
      content,
      proposedBy,
    });
  }

  spend(tx: Queryable, licence: Licence | undefined): Promise<void> {
    return this.proposals.spend(tx, licence);
  }
}
