import { rowsOfNobody, type Store } from '@tact/platform';
import { importKeys } from './apply/import-work.ts';

const expires = {
  does: 'expire',
  because: 'A file that is on its way is through within hours, and its key is destroyed then.',
} as const;

export const importStores: readonly Store[] = [
  rowsOfNobody({
    table: 'import_chunks',
    because:
      'Whole pieces of a file, sealed under the key of the file: no row is about one person.',
    holds: {
      en: 'Lines of files of the business that are on their way, sealed.',
      fr: 'Lignes de fichiers de l’entreprise en cours de traitement, chiffrées.',
    },
    retention: 'on-the-way',
    atErasure: expires,
  }),
  rowsOfNobody({
    table: 'import_values',
    because: 'Fingerprints under a key of the file: nobody can be looked up by them.',
    holds: {
      en: 'How many lines of a file share a number or an address, by keyed fingerprints.',
      fr: 'Combien de lignes d’un fichier partagent un numéro ou une adresse, par empreintes à clé.',
    },
    retention: 'on-the-way',
    atErasure: expires,
  }),
  rowsOfNobody({
    table: 'imports',
    because:
      'Numbers of lines and how a file is read; what many lines share, by fingerprints of the file.',
    retention: 'counts',
  }),
  rowsOfNobody({
    table: 'import_errors',
    because: 'Numbers of lines and what is wrong with their fields, and no value of one.',
    retention: 'mails',
  }),
  rowsOfNobody({
    table: 'import_mappings',
    because: 'How the columns of a business are read.',
    retention: 'settings',
  }),
  importKeys.store,
];
