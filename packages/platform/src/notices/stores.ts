import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';
import { knownNotices, noticeRecords, unknownNotices } from './notices.ts';

export const noticeStores: readonly Store[] = [
  rowsOfNobody({
    table: 'access.notices',
    because: 'Texts that businesses publish for everybody.',
    retention: 'settings',
  }),
];

export const noticeMemories: readonly Store[] = [knownNotices, noticeRecords, unknownNotices].map(
  ({ store }) => store,
);
