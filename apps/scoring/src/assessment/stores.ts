import { type Eraser, personalRows, rowsOfNobody, type Store } from '@tact/platform';
import { CountedRows } from './aggregates/cells.ts';
import { priorsMemory } from './live-priors.ts';

const counted = new CountedRows();

/** Counts of many people are kept in step with their rows, in the same transaction. */
const countedAnew = (rows: Eraser): Eraser => ({
  count: (tx, person) => rows.count(tx, person),
  erase: async (tx, person) => {
    const { tenantId, contactIds } = person;
    let gone = 0;
    await counted.recounted(
      tx,
      contactIds.map((contactId) => ({ tenantId, contactId })),
      async () => {
        gone = await rows.erase(tx, person);
      },
    );
    return gone;
  },
});

const likelihoods = personalRows({
  table: 'block_likelihoods',
  columns: ['contact_id'],
  holds: {
    en: 'How likely it is that the person has blocked the business, and why.',
    fr: 'La probabilité que la personne ait bloqué l’entreprise, et pourquoi.',
  },
  retention: 'signals',
});

export const assessmentStores: readonly Store[] = [
  { ...likelihoods, eraser: countedAnew(likelihoods.eraser) },
  personalRows({
    table: 'likelihood_history',
    columns: ['contact_id'],
    holds: {
      en: 'How likely it was on earlier days that the person had blocked the business, and why.',
      fr: 'La probabilité, les jours passés, que la personne ait bloqué l’entreprise, et pourquoi.',
    },
    retention: 'signals',
  }),
  personalRows({
    table: 'announced_likelihoods',
    columns: ['contact_id'],
    holds: {
      en: 'The likelihood that other parts of the platform were last told.',
      fr: 'La dernière probabilité communiquée aux autres parties de la plateforme.',
    },
    retention: 'signals',
  }),
  personalRows({
    table: 'due_assessments',
    columns: ['contact_id'],
    holds: {
      en: 'That the likelihood has yet to be reckoned anew.',
      fr: 'Que la probabilité reste à recalculer.',
    },
    retention: 'on-the-way',
  }),
  rowsOfNobody({
    table: 'likelihood_aggregates',
    because: 'Numbers of people by likelihood, none of them small.',
    retention: 'counts',
  }),
  rowsOfNobody({
    table: 'likelihood_cells',
    because: 'Numbers of people by likelihood and cause.',
    retention: 'counts',
  }),
  priorsMemory.store,
];
