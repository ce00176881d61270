import { personalRows, rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

/** Of each service. */
export const actStores: readonly Store[] = [
  personalRows({
    table: 'disclosures',
    columns: ['contact_id'],
    holds: {
      en: 'Who was shown the person in a list, in which one and in which hour.',
      fr: 'À qui la personne a été montrée dans une liste, dans laquelle et à quelle heure ronde.',
    },
    retention: 'audit',
  }),
];

/** Of all services together. */
export const machineActStores: readonly Store[] = [
  rowsOfNobody({
    table: 'access.machine_acts',
    because: 'What was done at the machine, until it is in the audit of every business.',
    retention: 'on-the-way',
  }),
];
