import type { Band, Sentence } from '@tact/contracts';

export type Language = keyof Sentence;

/** The language of the terminal: French where LC_ALL, LC_MESSAGES or LANG say so, English otherwise. */
export const languageOf = (env: NodeJS.ProcessEnv): Language =>
  /^fr/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'fr' : 'en';

type Words = {
  readonly title: (count: number) => string;
  readonly simulated: string;
  readonly legend: string;
  readonly columns: readonly [string, string, string, string, string];
  readonly bands: Record<Band, string>;
  readonly blockedSince: (day: string) => string;
  readonly notBlocked: (cause: string | undefined) => string;
  readonly alsoPossible: string;
  readonly score: (counts: {
    right: number;
    shown: number;
    blocked: number;
    people: number;
  }) => string;
  readonly percent: (probability: number) => string;
  /** Words for the simulator's own; an unknown one is shown as it is. */
  readonly causes: Readonly<Record<string, string>>;
};

/** Nothing here is ever certain, so nothing is ever shown as 100 %. */
const percentOf = (probability: number): string =>
  probability > 0.999 ? '> 99.9 %' : `${(probability * 100).toFixed(1)} %`;

export const words: Record<Language, Words> = {
  en: {
    title: (count) => `The ${count} contacts most likely to have blocked the business`,
    simulated:
      'This is a demo: every person is simulated. Only a simulator knows the truth in the last column; in real life nobody does.',
    legend: 'A number like +2.1 is what one kind of sign adds to "blocked", in log-odds.',
    columns: ['#', 'contact', 'probability', 'band', 'truth of the simulation'],
    bands: {
      reachable: 'reachable',
      undetermined: 'undetermined',
      unreachable: 'unreachable',
      suspected: 'suspected',
      probable: 'probable',
    },
    blockedSince: (day) => `blocked since ${day}`,
    notBlocked: (cause) => (cause === undefined ? 'not blocked' : `not blocked (${cause})`),
    alsoPossible: 'Could also be',
    score: ({ right, shown, blocked, people }) =>
      `${right} of these ${shown} have blocked the business in the simulation; ${blocked} of all ${people} people have.`,
    causes: {
      patchy: 'poor connection',
      'off-days': 'phone off for days',
      'off-weeks': 'phone off for weeks',
      churned: 'number given up',
    },
    percent: percentOf,
  },
  fr: {
    title: (count) => `Les ${count} contacts qui ont le plus probablement bloqué l’entreprise`,
    simulated:
      'Ceci est une démonstration : chaque personne est simulée. Seul un simulateur connaît la vérité de la dernière colonne ; dans la réalité, personne ne la connaît.',
    legend: 'Un nombre comme +2.1 est ce qu’un genre de signe ajoute à « bloqué », en log-cotes.',
    columns: ['n°', 'contact', 'probabilité', 'niveau', 'vérité de la simulation'],
    bands: {
      reachable: 'joignable',
      undetermined: 'indéterminé',
      unreachable: 'injoignable',
      suspected: 'soupçonné',
      probable: 'probable',
    },
    blockedSince: (day) => `a bloqué le ${day}`,
    notBlocked: (cause) => (cause === undefined ? 'n’a pas bloqué' : `n’a pas bloqué (${cause})`),
    alsoPossible: 'Autre explication',
    score: ({ right, shown, blocked, people }) =>
      `${right} de ces ${shown} contacts ont bloqué l’entreprise dans la simulation ; ${blocked} des ${people} personnes l’ont fait en tout.`,
    causes: {
      patchy: 'mauvaise connexion',
      'off-days': 'téléphone éteint des jours',
      'off-weeks': 'téléphone éteint des semaines',
      churned: 'numéro abandonné',
    },
    percent: (probability) => percentOf(probability).replace('.', ','),
  },
};
