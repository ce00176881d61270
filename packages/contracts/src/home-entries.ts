import type { DeclaredStore } from './http/stores.ts';

/** What lies in the data folder of an installation (`TACT_HOME`), by the name of its file or folder. */
export type HomeEntry = Pick<DeclaredStore, 'holds' | 'retention'> & {
  /** Why an erasure of one person has nothing to delete there; `expire` where sealed copies lie until they are overwritten. */
  readonly because: string;
  readonly atErasure: 'nothing' | 'expire';
  /** When it is there: always after a start, or only in some installations or moments. */
  readonly present: 'always' | 'sometimes';
};

const nobody = {
  en: 'No person.',
  fr: 'Aucune personne.',
};

const sealedCopies = 'Sealed copies: the key is destroyed, and the files are overwritten in time.';

export const homeEntries = {
  'tact-home': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'It says that the folder is ours.',
    atErasure: 'nothing',
    present: 'always',
  },
  lock: {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'It says which process runs.',
    atErasure: 'nothing',
    present: 'always',
  },
  'run.json': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'It says which processes run, and on which ports.',
    atErasure: 'nothing',
    present: 'always',
  },
  'credentials.json': {
    holds: nobody,
    retention: 'settings',
    because: 'Secrets of the installation.',
    atErasure: 'nothing',
    present: 'always',
  },
  'credentials.drawn.json': {
    holds: nobody,
    retention: 'settings',
    because: 'Secrets of the installation, until the services have accepted them.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  'clock.json': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'By how much the clock was moved on.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  keys: {
    holds: {
      en: 'The keys that everything sealed depends on; no key of one person alone.',
      fr: 'Les clés dont dépend tout ce qui est chiffré ; aucune clé propre à une seule personne.',
    },
    retention: 'settings',
    because: 'A person’s own key lies in the table vault.subject_keys.',
    atErasure: 'nothing',
    present: 'always',
  },
  'audit-heads': {
    holds: nobody,
    retention: 'audit',
    because: 'Hashes of whole chains, signed.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  logs: {
    holds: {
      en: 'What the processes did and how long it took: random ids, and no content.',
      fr: 'Ce que les processus ont fait et en combien de temps : des identifiants aléatoires, aucun contenu.',
    },
    retention: 'process-logs',
    because:
      'Lines of a log are not rewritten; the random ids lead nowhere once the index is gone.',
    atErasure: 'expire',
    present: 'always',
  },
  postgres: {
    holds: {
      en: 'The files of the database: whatever its tables hold, what was deleted included until it is overwritten.',
      fr: 'Les fichiers de la base : tout ce que contiennent ses tables, y compris ce qui est supprimé, jusqu’à son écrasement.',
    },
    retention: 'on-the-way',
    because: sealedCopies,
    atErasure: 'expire',
    present: 'sometimes',
  },
  'postgres.log': {
    holds: {
      en: 'What the database server says of itself: no statement and no value.',
      fr: 'Ce que le serveur de base de données dit de lui-même : ni requête ni valeur.',
    },
    retention: 'process-logs',
    because: 'Statements, values and details are switched off in its settings.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  'postgres.password': {
    holds: nobody,
    retention: 'settings',
    because: 'A secret of the installation.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  'postgres.lock': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'It says that somebody starts or stops the database.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  'postgres.new': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'A new database that nothing was written to yet.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
  kafka: {
    holds: {
      en: 'The files of the message log: whatever its topics hold.',
      fr: 'Les fichiers du journal de messages : tout ce que contiennent ses sujets.',
    },
    retention: 'log',
    because: sealedCopies,
    atErasure: 'expire',
    present: 'sometimes',
  },
  'kafka.lock': {
    holds: nobody,
    retention: 'bookkeeping',
    because: 'It says that somebody starts or stops the message log.',
    atErasure: 'nothing',
    present: 'sometimes',
  },
} as const satisfies Readonly<Record<string, HomeEntry>>;

export type HomeEntryName = keyof typeof homeEntries;
