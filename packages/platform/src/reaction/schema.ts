import type { Migration } from '../postgres/migrations.ts';

export const reactionMigrations: readonly Migration[] = [
  {
    name: 'Reactions1764420400000',
    up: `CREATE TABLE reaction_states (
      reaction text NOT NULL,
      process text NOT NULL,
      state text NOT NULL,
      PRIMARY KEY (reaction, process)
    );`,
  },
];
