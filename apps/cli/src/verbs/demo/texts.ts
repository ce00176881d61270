import type { Band, Causes, Sentence, SignalFamily } from '@tact/contracts';

export type Language = keyof Sentence;

/** The language of the terminal: French where LC_ALL, LC_MESSAGES or LANG say so, English otherwise. */
export const languageOf = (env: NodeJS.ProcessEnv): Language =>
  /^fr/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'fr' : 'en';

export type Score = {
  /** Of those shown: who blocks the business now, and who had blocked it and does no more. */
  readonly right: number;
  readonly earlier: number;
  readonly shown: number;
  readonly blocked: number;
  readonly people: number;
};

type Texts = {
  readonly title: (count: number) => string;
  readonly simulated: string;
  readonly legend: string;
  readonly columns: readonly [string, string, string, string, string];
  readonly bands: Record<Band, string>;
  readonly families: Record<SignalFamily, string>;
  readonly bandsTitle: (people: number) => string;
  readonly bandsColumns: readonly [string, string, string];
  readonly samplesTitle: string;
  readonly familiesTitle: string;
  readonly familiesColumns: readonly [string, string, string];
  /** Takes days as RFC 3339 writes them. */
  readonly blockedSince: (day: string) => string;
  readonly blockedEarlier: (from: string, until: string) => string;
  readonly notBlocked: (cause: string | undefined) => string;
  /** The most probable explanation that is no block. */
  readonly otherwise: (cause: string, percent: string) => string;
  readonly explanations: Record<Exclude<keyof Causes, 'blocked'>, string>;
  readonly score: (score: Score) => string;
  readonly percent: (probability: number) => string;
  readonly decimal: (value: number) => string;
  /** Words for the simulator's own; an unknown one is shown as it is. */
  readonly causes: Readonly<Record<string, string>>;
};

/** Nothing here is ever certain, so nothing is ever shown as 100 %. */
const percentOf = (probability: number): string =>
  probability > 0.999 ? '> 99.9 %' : `${(probability * 100).toFixed(1)} %`;

const dayInFrench = (day: string): string => day.split('-').toReversed().join('/');

export const texts: Record<Language, Texts> = {
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
    families: {
      delivery: 'ticks of messages',
      call: 'calls',
      photo: 'profile photo',
      presence: 'last seen, online',
      group: 'groups',
      inbound: 'what the person writes',
      context: 'wishes and complaints',
    },
    bandsTitle: (people) => `Where all ${people} people stand`,
    bandsColumns: ['band', 'people', 'of whom block now'],
    samplesTitle: 'Some of each',
    familiesTitle: 'What was observed, and with how many it points to a block',
    familiesColumns: ['kind of sign', 'people', 'points to a block'],
    blockedSince: (day) => `blocked since ${day}`,
    blockedEarlier: (from, until) => `blocked earlier (${from}), unblocked since ${until}`,
    notBlocked: (cause) => (cause === undefined ? 'never blocked' : `never blocked (${cause})`),
    otherwise: (cause, percent) => `If it is no block, most likely: ${cause} (${percent})`,
    explanations: {
      'phone-off': 'phone off for some days',
      'long-off': 'phone off for weeks',
      churned: 'number given up',
      network: 'poor connection',
      reachable: 'no obstacle, the phone can be reached',
    },
    score: ({ right, earlier, shown, blocked, people }) =>
      `In the simulation, ${right} of these ${shown} block the business now${earlier === 0 ? '' : ` and ${earlier} did earlier`}; of all ${people} people ${blocked} do.`,
    causes: {
      patchy: 'poor connection',
      'off-days': 'phone off for days',
      'off-weeks': 'phone off for weeks',
      churned: 'number given up',
    },
    percent: percentOf,
    decimal: (value) => value.toFixed(1),
  },
  fr: {
    title: (count) => `Les ${count} contacts qui ont le plus probablement bloqué l’entreprise`,
    simulated:
      'Ceci est une démonstration : chaque personne est simulée. Seul un simulateur connaît la vérité de la dernière colonne ; dans la réalité, personne ne la connaît.',
    legend:
      'Un nombre comme +2,1 est ce qu’un type de signe ajoute à l’hypothèse « bloqué », en logarithme des cotes.',
    columns: ['n°', 'contact', 'probabilité', 'niveau', 'vérité de la simulation'],
    bands: {
      reachable: 'joignable',
      undetermined: 'indéterminé',
      unreachable: 'injoignable',
      suspected: 'soupçonné',
      probable: 'probable',
    },
    families: {
      delivery: 'coches des messages',
      call: 'appels',
      photo: 'photo de profil',
      presence: '« Vu à », « En ligne »',
      group: 'groupes',
      inbound: 'ce que la personne écrit',
      context: 'souhaits et réclamations',
    },
    bandsTitle: (people) => `Où en sont les ${people} personnes`,
    bandsColumns: ['niveau', 'personnes', 'dont bloquent aujourd’hui'],
    samplesTitle: 'Quelques exemples de chaque niveau',
    familiesTitle: 'Ce qui a été observé, et pour combien de personnes cela évoque un blocage',
    familiesColumns: ['type de signe', 'personnes', 'évoque un blocage'],
    blockedSince: (day) => `bloque depuis le ${dayInFrench(day)}`,
    blockedEarlier: (from, until) =>
      `a bloqué le ${dayInFrench(from)}, a débloqué le ${dayInFrench(until)}`,
    notBlocked: (cause) =>
      cause === undefined ? 'n’a jamais bloqué' : `n’a jamais bloqué (${cause})`,
    otherwise: (cause, percent) =>
      `Si ce n’est pas un blocage, le plus probable : ${cause} (${percent})`,
    explanations: {
      'phone-off': 'téléphone éteint depuis quelques jours',
      'long-off': 'téléphone éteint depuis des semaines',
      churned: 'numéro abandonné',
      network: 'mauvaise connexion',
      reachable: 'aucun obstacle, le téléphone est joignable',
    },
    score: ({ right, earlier, shown, blocked, people }) =>
      `Dans la simulation, ${right} de ces ${shown} contacts bloquent l’entreprise aujourd’hui${earlier === 0 ? '' : ` et ${earlier} l’ont bloquée auparavant`} ; sur ${people} personnes en tout, ${blocked} la bloquent.`,
    causes: {
      patchy: 'mauvaise connexion',
      'off-days': 'téléphone éteint depuis des jours',
      'off-weeks': 'téléphone éteint depuis des semaines',
      churned: 'numéro abandonné',
    },
    percent: (probability) => percentOf(probability).replace('.', ','),
    decimal: (value) => value.toFixed(1).replace('.', ','),
  },
};
