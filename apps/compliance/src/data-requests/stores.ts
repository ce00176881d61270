import { keptRows, type Store } from '@tact/platform';

export const dataRequestStores: readonly Store[] = [
  keptRows({
    table: 'data_requests',
    by: 'data-request',
    columns: ['request_id'],
    holds: {
      en: 'Which right was asked for, how, when, and until when it is due; not by whom.',
      fr: 'Quel droit a été demandé, comment, quand, et l’échéance ; pas par qui.',
    },
    retention: 'data-request-file',
    ground: 'data-request-file',
    because: 'That the right was answered, and in time, must be provable to the authority.',
  }),
];
