/** Every wish said with every way to wish it: `je veux me desabonner`, `i d like to opt out`. */
const eachWish = (wishes: readonly string[], whats: readonly string[]): readonly string[] =>
  wishes.flatMap((wish) => whats.map((what) => `${wish} ${what}`));

/** Whole messages that ask to be left alone, without accents, case and punctuation. French and English. */
export const stopPhrases: ReadonlySet<string> = new Set([
  'stop',
  'stopp',
  'stopper',
  'stop all',
  'stopall',
  'stop promo',
  'stop promos',
  'stop pub',
  'stop pubs',
  'stop sms',
  'stop whatsapp',
  'stop messages',
  'stop marketing',
  'stop now',
  'arret',
  'arrets',
  'arreter',
  'arretez',
  'arrete',
  'arretez tout',
  'arretez ca',
  'arretez de m ecrire',
  'arretez les messages',
  'arretez vos messages',
  'ne m ecrivez plus',
  'ne plus recevoir',
  'ne plus recevoir de messages',
  'ne plus me contacter',
  'plus de pub',
  'je ne veux plus recevoir de messages',
  'je ne veux plus de messages',
  'plus de messages',
  'je ne souhaite plus recevoir de messages',
  'je ne souhaite plus etre contacte',
  'je ne souhaite plus etre contactee',
  'ne me contactez plus',
  'laissez moi tranquille',
  'desabonner',
  'desabonnement',
  'desabonnez moi',
  'me desabonner',
  'je me desabonne',
  'desinscrire',
  'desinscription',
  'desinscrivez moi',
  'me desinscrire',
  'desactiver',
  'unsubscribe',
  'unsubscribe me',
  'unsub',
  'opt out',
  'optout',
  'cancel',
  'quit',
  'end',
  'remove me',
  'leave me alone',
  'no more messages',
  'no more',
  'do not contact me',
  'do not message me',
  'don t contact me',
  'don t message me',
  'stop messaging me',
  'stop promotion',
  'stop promotions',
  'stop offers',
  'stop les promos',
  'stop les messages',
  'stop ca',
  'stop a la pub',
  'stop spam',
  'stop spamming me',
  'remove me from your list',
  'take me off your list',
  'opt me out',
  'opt out marketing',
  'optout marketing',
  'unsubscribe from this list',
  'se desabonner',
  'se desinscrire',
  'ne m envoyez plus rien',
  'ne m envoyez plus de messages',
  'ne me contacter plus',
  'arretez de me contacter',
  'merci d arreter',
  'merci d arreter les messages',
  'merci d arreter de m ecrire',
  ...eachWish(
    ['je veux', 'je souhaite', 'je voudrais', 'merci de', 'veuillez', 'priere de'],
    [
      'me desabonner',
      'me desinscrire',
      'me desabonner de cette liste',
      'ne plus m ecrire',
      'ne plus recevoir de messages',
      'ne plus recevoir vos messages',
      'ne plus me contacter',
    ],
  ),
  ...eachWish(
    ['i want to', 'i would like to', 'i d like to', 'i wish to'],
    ['unsubscribe', 'opt out', 'stop receiving messages', 'stop receiving these messages'],
  ),
  'stop writing to me',
  'stop contacting me',
  'stop texting me',
  'stop sending me messages',
]);

/** Words of courtesy around a request change nothing of it. */
const courtesies =
  /^(?:(?:please|pls|bonjour|bonsoir|hello|hi|svp|s il vous plait|s il te plait) )+|(?: (?:please|pls|thanks|thank you|merci|svp|s il vous plait|s il te plait|merci d avance))+$/g;

const plain = (said: string): string =>
  said
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Longer texts are letters, not requests: nobody reads through one here. */
const LENGTH_MAX = 120;

/**
 * Whether a whole message, or what a button says, asks us to stop. "Stop by tomorrow" does not: a word inside
 * a sentence is no request, and taking it for one would silence somebody who wants to be written to.
 */
export const asksToStop = (said: string): boolean => {
  if (said.length > LENGTH_MAX) return false;
  const words = plain(said);
  return stopPhrases.has(words) || stopPhrases.has(words.replaceAll(courtesies, ''));
};
