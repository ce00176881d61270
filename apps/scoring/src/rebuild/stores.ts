import { rowsOfNobody, type Store } from '@tact/platform';

export const rebuildStores: readonly Store[] = [
  rowsOfNobody({ table: 'rebuilds', because: 'Rebuilds and how many contacts they went through.' }),
];
