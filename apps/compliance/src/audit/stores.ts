import { leftoversIn, rowsOfNobody, type Store, subjectsOf } from '@tact/platform';
import { blankEntries } from './blank-entries.ts';

const entries: Store = {
  name: 'audit_entries',
  kind: 'table',
  holds: {
    en: 'Which member of staff did what about the person, and when; the reason is sealed. After an erasure the entry no longer says whom it is about.',
    fr: 'Quel membre du personnel a fait quoi au sujet de la personne, et quand ; le motif est chiffré. Après un effacement, l’entrée ne dit plus de qui il s’agit.',
  },
  locator: { by: 'contact-id', columns: ['subject'] },
  retention: 'audit',
  atErasure: { does: 'blank' },
  eraser: {
    erase: async (tx, person) => {
      let blanked = 0;
      for (const subject of subjectsOf(person)) {
        blanked += await blankEntries(tx, person.tenantId, subject);
      }
      return blanked;
    },
    count: (tx, person) => leftoversIn(tx, 'audit_entries', subjectsOf(person)),
  },
};

export const auditStores: readonly Store[] = [
  entries,
  rowsOfNobody({
    table: 'audit_chains',
    because: 'Where the chain of each business ends.',
    retention: 'audit',
  }),
  rowsOfNobody({
    table: 'audit_heads',
    because: 'Signed hashes of whole chains.',
    retention: 'audit',
  }),
];
