import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const alertStores: readonly Store[] = [
  rowsOfNobody({
    table: 'alerts',
    because: 'Matters of the platform, with numbers and names of parts.',
    retention: 'audit',
  }),
];
