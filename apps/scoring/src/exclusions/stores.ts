import { changedBy, leftoversIn, type Store, subjectsOf } from '@tact/platform';

const dates = ['withdrawn_at', 'given_at', 'suppressed_at', 'lifted_at'];

/**
 * That somebody was erased stays, or what is told late would be taken for a fact. Of a row that the fence has not closed
 * nothing is blanked: the person is fenced first, and until then something is left.
 */
export const exclusionStores: readonly Store[] = [
  {
    name: 'left_out',
    kind: 'table',
    holds: {
      en: 'When the person agreed, withdrew or objected, so that nobody is analysed against their will; once erased, that the random id was erased.',
      fr: 'Quand la personne a consenti, s’est rétractée ou opposée, pour que nul ne soit analysé contre son gré ; après effacement, le fait que l’identifiant aléatoire a été effacé.',
    },
    locator: { by: 'contact-id', columns: ['contact_id'] },
    retention: 'fence',
    atErasure: { does: 'blank' },
    eraser: {
      erase: (tx, person) =>
        changedBy(
          tx,
          `UPDATE left_out SET ${dates.map((date) => `${date} = NULL`).join(', ')}
           WHERE tenant_id = $2 AND contact_id = ANY ($1::text[]) AND fenced
             AND num_nonnulls(${dates.join(', ')}) > 0`,
          [subjectsOf(person), person.tenantId],
        ),
      count: (tx, person) =>
        leftoversIn(
          tx,
          'left_out',
          subjectsOf(person),
          `NOT (held.fenced AND coalesce(${dates.map((date) => `held.${date}`).join(', ')}) IS NULL)`,
        ),
    },
  },
];
