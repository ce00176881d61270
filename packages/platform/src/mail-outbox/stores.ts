import { personalRows } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const mailOutboxStores: readonly Store[] = [
  personalRows({
    table: 'outgoing_mails',
    columns: ['subject'],
    holds: {
      en: 'Mails to the person, sealed until they have left; then, that they left and when.',
      fr: 'Courriels à la personne, chiffrés jusqu’à leur départ ; ensuite, leur envoi et sa date.',
    },
    retention: 'mails',
  }),
];
