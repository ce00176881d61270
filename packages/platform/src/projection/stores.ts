import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const projectionStores: readonly Store[] = [
  rowsOfNobody({ table: 'checkpoints', because: 'How far each read model is.' }),
  rowsOfNobody({ table: 'projection_rebuilds', because: 'Rebuilds and how many rows they made.' }),
];
