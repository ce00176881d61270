import { mentioningRows } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

/** A job that runs when its row goes has lost it: what it was at is undone with its transaction, and nobody takes it up. */
export const jobStores: readonly Store[] = [
  mentioningRows({
    table: 'jobs',
    columns: ['unique_key', 'order_key', 'payload', 'detail'],
    holds: {
      en: 'Work that is due for the person, by random ids alone.',
      fr: 'Les tâches à venir concernant la personne, par identifiants aléatoires seulement.',
    },
    retention: 'on-the-way',
  }),
];
