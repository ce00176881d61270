import { rowsOfNobody, type Store } from '@tact/platform';

export const incidentStores: readonly Store[] = [
  rowsOfNobody({
    table: 'incidents',
    because: 'Outages of a business’s sender, with numbers.',
    retention: 'counts',
  }),
];
