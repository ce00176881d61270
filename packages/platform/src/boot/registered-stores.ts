import { createHash } from 'node:crypto';
import {
  type DeclaredStore,
  retentionOfEvents,
  type ServiceName,
  StoreList,
} from '@tact/contracts';
import { stubPartsOf } from '../acts/event-stub-parts.ts';
import { looksOfHour } from '../acts/act-book.ts';
import { contactsShown } from '../acts/list-looks.ts';
import { actStores, machineActStores } from '../acts/stores.ts';
import { alertMailStores } from '../alert-mail/stores.ts';
import { alertStores } from '../alerts/stores.ts';
import { consumerStores } from '../consumer/stores.ts';
import { eventStores } from '../event-store/stores.ts';
import { accessMemories, accessStores, httpStores } from '../http/stores.ts';
import { jobStores } from '../jobs/stores.ts';
import { postgresLogStores, topicStoresOf } from '../log/stores.ts';
import { mailOutboxStores } from '../mail-outbox/stores.ts';
import { noticeMemories, noticeStores } from '../notices/stores.ts';
import { circuitMemory } from '../outbound/circuits.ts';
import { vaultMemories, vaultStores } from '../personal-data/stores.ts';
import { projectionStores } from '../projection/stores.ts';
import { reactionStores } from '../reaction/stores.ts';
import { relayStores, watermarkStores } from '../relay/stores.ts';
import { canonicalJson } from '../signing/canonical-json.ts';
import { publicKeyStores, signingStores } from '../signing/stores.ts';
import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';
import { homeStores } from './home-stores.ts';
import type { ServiceDefinition } from './service-definition.ts';

const migrationsOf = (schema: string): Store =>
  rowsOfNobody({ table: `${schema}migrations`, because: 'Which changes of the schema were made.' });

/** What the platform keeps in the schema and the process of every service. */
const ofEveryService = (service: ServiceName): readonly Store[] => [
  migrationsOf(''),
  rowsOfNobody({ table: 'heartbeat', because: 'That the database can be written.' }),
  ...eventStores(stubPartsOf(service), { retention: retentionOfEvents[service] }),
  ...relayStores,
  ...consumerStores,
  ...projectionStores,
  ...reactionStores,
  ...jobStores,
  ...httpStores,
  ...actStores,
  ...alertStores,
  ...alertMailStores,
  ...mailOutboxStores,
  ...signingStores,
  ...topicStoresOf(service),
  ...vaultMemories,
  ...accessMemories,
  ...noticeMemories,
  looksOfHour.store,
  contactsShown.store,
  circuitMemory.store,
];

/** What all services share; one of them answers for it. */
export const sharedStores: readonly Store[] = [
  ...['vault.', 'access.', 'log.'].map(migrationsOf),
  ...vaultStores,
  ...accessStores,
  ...machineActStores,
  ...publicKeyStores,
  ...noticeStores,
  ...watermarkStores,
  ...topicStoresOf('every-service'),
  ...postgresLogStores,
  ...homeStores,
];

/** A name of the service's own becomes one of the platform. */
const nameIn = (service: string, { name, kind }: Store): string => {
  if (kind === 'table') return name.includes('.') ? name : `${service}.${name}`;
  return kind === 'memory' ? `${service}: ${name}` : name;
};

const declarationOf = (store: Store): DeclaredStore => {
  const { name, kind, holds, locator, retention, atErasure } = store;
  return { name, kind, holds, locator, retention, atErasure };
};

/**
 * Everything that a service keeps, as its parts declare it. What an erasure goes through, what is told to a person, and what
 * the record of processing is made from. Throws where two parts declare the same.
 */
export class RegisteredStores {
  readonly stores: readonly Store[];
  readonly #list: StoreList;

  constructor({ name: service, stores }: Pick<ServiceDefinition, 'name' | 'stores'>) {
    this.stores = [...ofEveryService(service), ...stores]
      .map((store) => ({ ...store, name: nameIn(service, store) }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const names = this.stores.map(({ name }) => name);
    const twice = names.find((name, nth) => names[nth - 1] === name);
    if (twice !== undefined) throw new Error(`Two parts of ${service} declare the store ${twice}`);
    const items = StoreList.shape.items.parse(this.stores.map(declarationOf));
    const sha256 = createHash('sha256').update(canonicalJson(items)).digest('hex');
    this.#list = { service, sha256, items };
  }

  /** What is declared, with the hash that a certificate of an erasure names it by. */
  list(): StoreList {
    return this.#list;
  }
}
