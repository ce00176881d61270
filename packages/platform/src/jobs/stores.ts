import { leftoversIn } from '../stores/leftovers.ts';
import { changedBy } from '../stores/rows.ts';
import { type Store, subjectsOf } from '../stores/store.ts';

const mentions = (column: string): string =>
  `EXISTS (SELECT FROM unnest($1::text[]) AS id WHERE position(id IN ${column}) > 0)`;

/** A job that runs when its row goes has lost it: what it was at is undone with its transaction, and nobody takes it up. */
export const jobStores: readonly Store[] = [
  {
    name: 'jobs',
    kind: 'table',
    holds: {
      en: 'Work that is due for the person, by random ids alone.',
      fr: 'Les tâches à venir concernant la personne, par identifiants aléatoires seulement.',
    },
    locator: { by: 'contact-id', columns: ['unique_key', 'order_key', 'payload', 'detail'] },
    retention: 'on-the-way',
    atErasure: { does: 'delete' },
    eraser: {
      erase: (tx, person) =>
        changedBy(
          tx,
          `DELETE FROM jobs WHERE ${['unique_key', 'order_key', 'payload::text', 'detail']
            .map(mentions)
            .join(' OR ')}`,
          [subjectsOf(person)],
        ),
      count: (tx, person) => leftoversIn(tx, 'jobs', subjectsOf(person)),
    },
  },
];
