import { type HomeEntry, homeEntries } from '@tact/contracts';
import { nobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

const storeOf = ([name, entry]: [string, HomeEntry]): Store => ({
  name: `TACT_HOME/${name}`,
  kind: 'folder',
  holds: entry.holds,
  locator: { by: 'none', because: entry.because },
  retention: entry.retention,
  atErasure:
    entry.atErasure === 'expire' ? { does: 'expire', because: entry.because } : { does: 'nothing' },
});

const programs: readonly Store[] = [
  {
    name: 'mail sink of the embedded platform',
    kind: 'memory',
    holds: {
      en: 'In the embedded mode alone: the latest mails, as their addressees would have them.',
      fr: 'En mode embarqué seulement : les derniers courriels, tels que leurs destinataires les auraient.',
    },
    locator: { by: 'none', because: 'It stands for the mailboxes of those who get mail.' },
    retention: 'memory',
    atErasure: {
      does: 'expire',
      because: 'A mail that has arrived is the addressee’s own; here it ends with the process.',
    },
  },
  {
    name: 'API keys that the gateway has just seen',
    kind: 'memory',
    holds: nobody,
    locator: { by: 'none', because: 'Hashes of keys that a service vouched for two seconds ago.' },
    retention: 'memory',
    atErasure: { does: 'nothing' },
  },
];

/** What lies in the data folder of an installation, and in the memory of programs that are no service. */
export const homeStores: readonly Store[] = [
  ...Object.entries(homeEntries).map(storeOf),
  ...programs,
];
