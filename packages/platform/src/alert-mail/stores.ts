import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const alertMailStores: readonly Store[] = [
  rowsOfNobody({
    table: 'alert_mails',
    because: 'What became of the mail of an alert; who gets it is a setting.',
    retention: 'audit',
  }),
];
