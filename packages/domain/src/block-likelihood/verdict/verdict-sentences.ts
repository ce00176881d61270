import type { Band, Sentence } from '@tact/contracts';

/** Why a band was published: the band's own reason, or what held a stronger one back. */
export type Verdict = Band | 'one-family' | 'only-one' | 'leans-on-one';

/** What the rule says to the reader, and what would change it. */
export type VerdictSentences = { readonly sentence: Sentence; readonly whatWouldChange: Sentence };

const lifeOrSecond: Sentence = {
  fr: 'Un seul signe de vie lèverait le doute aussitôt ; un autre genre d’observation, noté sans rien provoquer, pourrait au contraire le renforcer.',
  en: 'One sign of life would lift the doubt at once; another kind of observation, noted without provoking anything, could strengthen it instead.',
};

/** No sentence states a block as a fact: WhatsApp never tells, so what else it could be is always said. */
export const verdictSentences: Record<Verdict, VerdictSentences> = {
  reachable: {
    sentence: {
      fr: 'Rien n’indique un blocage : le téléphone donne signe de vie.',
      en: 'Nothing points to a block: the phone shows signs of life.',
    },
    whatWouldChange: {
      fr: 'Il faudrait que des messages restent plusieurs jours sans arriver pour que le doute naisse ; un téléphone éteint en serait alors la première explication.',
      en: 'It would take messages that do not arrive for several days to raise a doubt; a phone that is off would then be the first explanation.',
    },
  },
  undetermined: {
    sentence: {
      fr: 'Les observations ne suffisent pas à dire ce qui se passe.',
      en: 'The observations are not enough to tell what is going on.',
    },
    whatWouldChange: {
      fr: 'Un message remis, une réponse ou un appel qui sonne montrerait que la personne est joignable ; sans signe de vie pendant plusieurs jours, le doute grandirait.',
      en: 'A message that arrives, an answer or a call that rings would show that the person can be reached; several days without a sign of life would let the doubt grow.',
    },
  },
  unreachable: {
    sentence: {
      fr: 'Une autre cause qu’un blocage est plus probable : téléphone éteint, voyage ou numéro abandonné.',
      en: 'A cause other than a block is more likely: phone off, travel or a number given up.',
    },
    whatWouldChange: {
      fr: 'Un message qui arrive montrerait que le téléphone est revenu ; si le silence dure et que d’autres genres d’observation s’y ajoutent, un blocage deviendrait une explication parmi d’autres.',
      en: 'A message that arrives would show that the phone is back; if the silence lasts and other kinds of observation join it, a block would become one explanation among others.',
    },
  },
  suspected: {
    sentence: {
      fr: 'Plusieurs genres d’observation vont dans le même sens ; rien n’est certain, et un téléphone éteint ou un réglage peut encore tout expliquer.',
      en: 'Several kinds of observation point the same way; nothing is certain, and a phone that is off or a setting may still explain it all.',
    },
    whatWouldChange: {
      fr: 'Un seul signe de vie (message remis, réponse, appel qui sonne) écarterait le soupçon aussitôt ; il se renforcerait si le silence durait.',
      en: 'One sign of life (a message that arrives, an answer, a call that rings) would dispel the suspicion at once; it would grow if the silence lasted.',
    },
  },
  probable: {
    sentence: {
      fr: 'Plusieurs genres d’observation concordent et aucun ne porte seul la conclusion ; WhatsApp ne la confirme jamais, et une autre cause reste possible.',
      en: 'Several kinds of observation agree and none carries the conclusion alone; WhatsApp never confirms it, and another cause remains possible.',
    },
    whatWouldChange: {
      fr: 'Un seul signe de vie (message remis, réponse, appel qui sonne) suffirait à renverser cette conclusion.',
      en: 'One sign of life (a message that arrives, an answer, a call that rings) would be enough to overturn this conclusion.',
    },
  },
  'one-family': {
    sentence: {
      fr: 'Retenu : un seul genre d’observation ne permet pas de conclure ; une autre cause reste possible.',
      en: 'Held back: one kind of observation cannot conclude; another cause remains possible.',
    },
    whatWouldChange: lifeOrSecond,
  },
  'only-one': {
    sentence: {
      fr: 'Retenu à « soupçonné » : un seul genre d’observation ne permet pas de conclure, si net soit-il ; une autre cause reste possible.',
      en: 'Held back at “suspected”: one kind of observation cannot conclude, however clear it is; another cause remains possible.',
    },
    whatWouldChange: lifeOrSecond,
  },
  'leans-on-one': {
    sentence: {
      fr: 'Retenu à « soupçonné » : sans l’un des genres d’observation, la conclusion ne tiendrait pas ; une autre cause reste possible.',
      en: 'Held back at “suspected”: without one of the kinds of observation the conclusion would not stand; another cause remains possible.',
    },
    whatWouldChange: {
      fr: 'Un seul signe de vie écarterait le soupçon aussitôt ; il ne se renforcerait que si les autres observations suffisaient sans celle qui pèse le plus.',
      en: 'One sign of life would dispel the suspicion at once; it would grow only if the other observations sufficed without the one that weighs most.',
    },
  },
};
