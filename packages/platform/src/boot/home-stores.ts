import { type HomeEntry, homeEntries } from '@tact/contracts';
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

/** What lies in the data folder of an installation. */
export const homeStores: readonly Store[] = Object.entries(homeEntries).map(storeOf);
