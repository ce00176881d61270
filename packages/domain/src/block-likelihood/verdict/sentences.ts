import type { Sentence, SignalFamily } from '@tact/contracts';
import type { EvidenceSummary } from '../evidence/evidence-summary.ts';

type SentenceOf = (summary: EvidenceSummary) => Sentence;

const count = (n: number, one: string, many: string): string => `${n} ${n > 1 ? many : one}`;
const days = (n: number): Sentence => ({
  fr: count(n, 'jour', 'jours'),
  en: n === 1 ? '1 day' : `${n} days`,
});
/** How long, where less than a whole day may have passed. */
const daysOrLess = (n: number): Sentence =>
  n === 0 ? { fr: 'moins d’un jour', en: 'less than a day' } : days(n);
const pluralEn = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const lastMessageSentence: Record<EvidenceSummary['lastMessage'], Sentence> = {
  arrived: {
    fr: 'Le dernier message est arrivé sur le téléphone.',
    en: 'The last message arrived on the phone.',
  },
  underway: {
    fr: 'Le dernier message vient d’être envoyé : il est trop tôt pour en dire quoi que ce soit.',
    en: 'The last message has just been sent: it is too early to read anything into it.',
  },
  undelivered: {
    fr: 'Le dernier message n’est pas arrivé, et WhatsApp ne garde un message qu’un certain temps.',
    en: 'The last message has not arrived, and WhatsApp keeps a message for some time only.',
  },
  none: {
    fr: 'Aucun message n’a encore dit si le téléphone est joignable.',
    en: 'No message has said yet whether the phone can be reached.',
  },
};

const deliverySentence: SentenceOf = ({ waiting, waitingDays, unreachableCodes, lastMessage }) => {
  if (waiting > 0) {
    const since = daysOrLess(waitingDays);
    return {
      fr: `${count(waiting, 'message envoyé n’est pas arrivé', 'messages envoyés ne sont pas arrivés')} sur le téléphone ; le plus ancien attend depuis ${since.fr}.`,
      en: `${pluralEn(waiting, 'message sent has', 'messages sent have')} not arrived on the phone; the oldest has waited for ${since.en}.`,
    };
  }
  if (unreachableCodes > 0) {
    return {
      fr: 'WhatsApp a répondu que ce numéro n’est pas joignable.',
      en: 'WhatsApp answered that this number cannot be reached.',
    };
  }
  return lastMessageSentence[lastMessage];
};

const sentences: Record<SignalFamily, SentenceOf> = {
  delivery: deliverySentence,
  inbound: ({ inbound, silentDays }) => {
    const since = daysOrLess(silentDays);
    return inbound > 0
      ? {
          fr: `La personne nous a écrit ; dernier message il y a ${since.fr}.`,
          en: `The person wrote to us; the last message was ${since.en} ago.`,
        }
      : {
          fr: `La personne ne nous a rien écrit en ${since.fr}.`,
          en: `The person has not written to us in ${since.en}.`,
        };
  },
  call: ({ rang }) =>
    rang > 0
      ? { fr: 'Un appel a sonné.', en: 'A call rang.' }
      : { fr: 'Un appel n’a jamais sonné.', en: 'A call never rang.' },
  photo: ({ photo }) =>
    photo === 'seen'
      ? {
          fr: 'La photo de profil était visible au dernier regard.',
          en: 'The profile photo was visible at the last look.',
        }
      : photo === 'gone'
        ? {
            fr: 'La photo de profil, visible auparavant, ne l’était plus au dernier regard.',
            en: 'The profile photo, visible before, was not at the last look.',
          }
        : {
            fr: 'Aucune photo de profil n’a jamais été vue.',
            en: 'No profile photo has ever been seen.',
          },
  presence: ({ presence }) =>
    presence === 'seen'
      ? {
          fr: 'La dernière connexion était visible au dernier regard.',
          en: 'Last seen was visible at the last look.',
        }
      : presence === 'gone'
        ? {
            fr: 'La dernière connexion, visible auparavant, ne l’était plus au dernier regard.',
            en: 'Last seen, visible before, was not at the last look.',
          }
        : {
            fr: 'La dernière connexion n’a jamais été visible.',
            en: 'Last seen has never been visible.',
          },
  group: ({ groupReceipts, groupRefusals }) =>
    groupReceipts > 0
      ? {
          fr: 'Le téléphone a reçu des messages d’un groupe commun.',
          en: 'The phone received messages of a shared group.',
        }
      : groupRefusals > 0
        ? {
            fr: 'Un ajout à un groupe n’a pas abouti.',
            en: 'An addition to a group did not go through.',
          }
        : {
            fr: 'Le groupe commun ne dit rien de net sur cette personne.',
            en: 'The shared group tells nothing clear about this person.',
          },
  context: ({ optedOut, complaints }) =>
    optedOut
      ? {
          fr: 'La personne a demandé à ne plus recevoir de promotions : c’est son droit, et ce n’est pas un blocage.',
          en: 'The person asked to receive no more promotions: that is their right, and it is no block.',
        }
      : complaints > 0
        ? { fr: 'Une réclamation a été enregistrée.', en: 'A complaint was recorded.' }
        : {
            fr: 'Les échanges récents sur les promotions ne disent rien d’un blocage.',
            en: 'What was recently exchanged about promotions says nothing of a block.',
          },
};

/** What a family showed, in one sentence for each language. It never says that someone blocked us. */
export const sentenceOf = (family: SignalFamily, summary: EvidenceSummary): Sentence =>
  sentences[family](summary);

const phoneOff: Sentence = {
  fr: 'le téléphone est éteint ou sans réseau',
  en: 'the phone is off or has no network',
};
const away: Sentence = {
  fr: 'la personne est en voyage ou a changé de téléphone',
  en: 'the person is travelling or has changed phones',
};
const left: Sentence = {
  fr: 'le numéro n’utilise plus WhatsApp',
  en: 'the number no longer uses WhatsApp',
};
const busy: Sentence = {
  fr: 'la personne n’a simplement rien à nous dire',
  en: 'the person simply has nothing to tell us',
};
const hidden: Sentence = {
  fr: 'la personne a changé ses réglages de confidentialité pour tout le monde',
  en: 'the person changed their privacy settings for everyone',
};
const noPhoto: Sentence = {
  fr: 'la personne n’a pas, ou plus, de photo de profil',
  en: 'the person has no profile photo, or has removed it',
};
const quiet: Sentence = {
  fr: 'le téléphone est en mode avion, occupé ou sans données',
  en: 'the phone is in flight mode, busy or without data',
};
const leftGroup: Sentence = {
  fr: 'la personne restreint qui peut l’ajouter à un groupe',
  en: 'the person restricts who may add them to a group',
};
const choice: Sentence = {
  fr: 'la personne a seulement choisi ce qu’elle souhaite recevoir',
  en: 'the person only chose what they want to receive',
};
const settled: Sentence = { fr: 'la question a été réglée', en: 'the matter has been settled' };

/** What else could explain the same observations, likeliest first. */
export const innocentAlternatives: Record<SignalFamily, readonly Sentence[]> = {
  delivery: [phoneOff, away, left],
  inbound: [busy, phoneOff],
  call: [quiet, phoneOff],
  photo: [hidden, noPhoto],
  presence: [hidden],
  group: [leftGroup, phoneOff],
  context: [choice, settled],
};
