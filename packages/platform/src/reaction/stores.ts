import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const reactionStores: readonly Store[] = [
  rowsOfNobody({
    table: 'reaction_states',
    because: 'How far a matter of a tenant is, such as an incident of a sender.',
  }),
];
