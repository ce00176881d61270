import { personalRows, rowsOfNobody, type Store } from '@tact/platform';

export const modelStores: readonly Store[] = [
  personalRows({
    table: 'outcomes',
    columns: ['contact_id'],
    holds: {
      en: 'What the person told about having blocked the business or not; the exact time is sealed.',
      fr: 'Ce que la personne a dit d’un éventuel blocage de l’entreprise ; l’instant précis est chiffré.',
    },
    retention: 'signals',
  }),
  rowsOfNobody({
    table: 'models',
    because: 'Numbers that many people taught it, and none can be read from.',
    retention: 'counts',
  }),
];
