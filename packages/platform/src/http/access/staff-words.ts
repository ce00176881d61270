/** What tables and memories of callers hold of members of staff. */
export const staffWords = {
  en: 'Members of staff: who they are, sealed, what they may do, and when they signed in.',
  fr: 'Membres du personnel : leur identité, chiffrée, leurs droits et leurs connexions.',
} as const;
