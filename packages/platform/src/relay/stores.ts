import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const relayStores: readonly Store[] = [
  rowsOfNobody({ table: 'relay_checkpoint', because: 'How far events were published.' }),
];

export const watermarkStores: readonly Store[] = [
  rowsOfNobody({ table: 'access.watermarks', because: 'Up to when each service told all.' }),
];
