import type { Clock } from '../config/clock.ts';
import type { PlatformConfig } from '../config/config.ts';
import { ApiKeys } from '../http/access/api-keys.ts';
import { Callers } from '../http/access/callers.ts';
import { KeyChanges } from '../http/access/key-changes.ts';
import { PersonTokens } from '../http/access/person-tokens.ts';
import type { RootKey } from '../personal-data/root-key/root-key.ts';
import type { Vault } from '../personal-data/vault.ts';
import type { Database } from '../postgres/database.ts';
import { SigningKeys } from '../signing/signing-keys.ts';
import { Installation } from '../tenants/installation.ts';
import { Tenants } from '../tenants/tenants.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';

export type KnownCallers = {
  readonly apiKeys: ApiKeys;
  readonly personTokens: PersonTokens;
  readonly callers: Callers;
  readonly signingKeys: SigningKeys;
  readonly tenants: Tenants;
};

type Opening = { readonly config: PlatformConfig; readonly shutdownHooks: ShutdownHooks };

type Parts = {
  /** Nothing but look-ups of who calls runs there. */
  readonly access: Database;
  readonly database: Database;
  readonly vaultSchema: Database;
  readonly vault: Vault;
  readonly rootKey: RootKey;
  readonly clock: Clock;
};

/** Who may call, and for whom: known from memory until a change is told. */
export const openCallers = async (
  { config, shutdownHooks }: Opening,
  { access, database, vaultSchema, vault, rootKey, clock }: Parts,
): Promise<KnownCallers> => {
  const { queryable } = access;
  const apiKeys = new ApiKeys(database.queryable, clock, queryable);
  const service = database.schema;
  const signingKeys = new SigningKeys({ database: vaultSchema, rootKey, clock, service });
  await signingKeys.open();
  const personTokens = new PersonTokens({ keys: signingKeys, clock, lookUps: queryable });
  const callers = new Callers(apiKeys, personTokens);
  const installation = new Installation(config);
  const tenants = new Tenants({ queryable, texts: vault.texts, installation });
  const changes = new KeyChanges(database, () => {
    callers.forget();
    tenants.forget();
  });
  shutdownHooks.add('key changes', () => changes.close());
  await changes.listen();
  return { apiKeys, personTokens, callers, signingKeys, tenants };
};
