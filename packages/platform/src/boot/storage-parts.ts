import { DataSource } from 'typeorm';
import { Clock } from '../config/clock.ts';
import { EventStore } from '../event-store/event-store.ts';
import { ApiKeyRegister } from '../http/access/api-key-register.ts';
import { ApiKeys } from '../http/access/api-keys.ts';
import { PersonTokens } from '../http/access/person-tokens.ts';
import { SessionRegister } from '../http/access/session-register.ts';
import { StaffRegister } from '../http/access/staff-register.ts';
import { Jobs } from '../jobs/jobs.ts';
import { Notices } from '../notices/notices.ts';
import { NamedContacts } from '../personal-data/named-contacts.ts';
import { RestrictedContacts } from '../personal-data/restricted-contacts.ts';
import { Vault } from '../personal-data/vault.ts';
import { Database } from '../postgres/database.ts';
import { SigningKeys } from '../signing/signing-keys.ts';
import { Proposals } from '../http/proposals/proposals.ts';
import { Tokens } from '../signing/tokens.ts';
import { Installation } from '../tenants/installation.ts';
import { TenantRegister } from '../tenants/tenant-register.ts';
import { Tenants } from '../tenants/tenants.ts';
import type { Part } from './platform.module.ts';
import type { Storage } from './storage.ts';

/** What a service may inject of all that stands on its database. */
export const storagePartsOf = (storage: Storage): readonly Part[] => [
  { provide: Clock, useValue: storage.clock },
  { provide: Database, useValue: storage.database },
  { provide: DataSource, useValue: storage.dataSource },
  { provide: Vault, useValue: storage.vault },
  { provide: NamedContacts, useValue: new NamedContacts(storage.vault, storage.tenants) },
  {
    provide: RestrictedContacts,
    useValue: new RestrictedContacts(storage.database, storage.vault),
  },
  { provide: Notices, useValue: new Notices(storage.database.queryable, storage.vault.texts) },
  { provide: EventStore, useValue: storage.store },
  { provide: Jobs, useValue: storage.jobs },
  { provide: ApiKeys, useValue: storage.apiKeys },
  { provide: PersonTokens, useValue: storage.personTokens },
  { provide: StaffRegister, useValue: storage.staff },
  { provide: Proposals, useValue: storage.proposals },
  { provide: SessionRegister, useValue: new SessionRegister(storage.clock) },
  { provide: ApiKeyRegister, useValue: new ApiKeyRegister(storage.clock) },
  { provide: Installation, useValue: storage.tenants.installation },
  { provide: Tenants, useValue: storage.tenants },
  { provide: TenantRegister, useValue: new TenantRegister(storage.vault.texts) },
  { provide: SigningKeys, useValue: storage.signingKeys },
  { provide: Tokens, useValue: storage.tokens },
];
