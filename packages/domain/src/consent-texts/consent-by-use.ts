import { actsOfUse } from './acts-of-use.ts';

/** Spaces, marks and accents away, so that a text is found however it was typed. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F\u00AD\u200B-\u200F\u2060\uFEFF]/g, '')
    .replaceAll(/[’ʼ‘`´]/g, "'")
    .replaceAll('œ', 'oe')
    .replaceAll(/\s+/g, ' ')
    .toLowerCase();

const shortened =
  /\b(?:[a-z]|sas|sarl|sa|inc|ltd|co|corp|llc|plc|gmbh|art|etc|cf|ex|mme?|mrs?|ms|dr|st|no|tel|env|min|max|approx)\.(?= )/g;

/** A point ends a sentence unless something follows it at once or it stands behind an abbreviation. */
const sentencesOf = (text: string): readonly string[] =>
  text
    .replaceAll(shortened, (abbreviation) => abbreviation.slice(0, -1))
    .split(/[.!?;]+(?:["»”)\]]*)(?= |$)/);

const { fr, en } = actsOfUse;

/** What is pressed, ticked or followed is an act of its own, and so is a word that was asked for. */
const ownAct = String.raw`(?! (?:(?:sur|de|du|a|au|le|la|les|l'|un|une|ce|cette|notre|nos|votre|son|on|the|this|that|an?|our|your|its|following|\w+ed|\w+ing|petit|premier) ?){0,4}(?:liens?|boutons?|cases?|formulaires?|interrupteurs?|reglages?|parametres?|fonctions?|mots?|stop|oui|yes|links?|buttons?|box(?:es)?|checkbox(?:es)?|forms?|toggles?|settings?|switch(?:es)?|words?|controls?)\b)`;

/** An act that is said to be the ground of something. */
const grounds = new RegExp(
  [
    String.raw`\ben ${fr.doing}${ownAct}`,
    String.raw`\b(?:du|par le) (?:seul |simple )?fait (?:de |d')${fr.toDo}${ownAct}`,
    String.raw`\b(?:des lors que|lorsque|lorsqu'|quand|si|tant que|des que) ?(?:vous|tu|l'utilisateur|le client|la personne|il|elle|on) ${fr.does}${ownAct}`,
    String.raw`\b(?:quiconque|(?:toute|chaque) personne(?: qui)?|celui qui|ceux qui|(?:les|tout) (?:clients?|personnes?|visiteurs?|utilisateurs?)(?: qui)?) (?:utilisant|${fr.does})`,
    String.raw`\b(?:tout|les|chaque|l') ?utilisateurs? (?:de|du|des) `,
    String.raw`\b(?:par|avec|du fait de|a travers|des) (?:votre|l'|la|le|toute) ?(?:simple |seule? |premier |premiere )?${fr.noun}`,
    String.raw`\b(?:sans|sauf|a defaut|faute|en l'absence|passe un delai[^,]*) ?(?:de |d')?(?:opposition|reponse|refus|objection|avis contraire|manifestation contraire)`,
    String.raw`\bqui ne dit mot\b`,
    String.raw`\b(?:by|in|through|upon|when|while|simply|merely) (?:simply |merely |just )?${en.doing}${ownAct}`,
    String.raw`\b(?:by|through|with|upon|from|following) (?:your|the|any|their)(?: \w+)? ${en.noun}${ownAct}`,
    String.raw`\b(?:if|when|whenever|whenever|as long as|once|unless|every time|each time|where) (?:you|they|the user|the customer) (?:\w+ly )?${en.does}${ownAct}`,
    String.raw`\b(?:anyone|anybody|whoever|everyone|every person|all persons|(?:any |all |every )?(?:users?|customers?|visitors?|people|persons?))(?: who| that)? (?:${en.doing}|${en.does})`,
    String.raw`\b(?:users|visitors) of `,
    String.raw`\b(?:absent|without|in the absence of|failing|barring) (?:your |any |an )?(?:objections?|reply|response|answer|refusal)`,
  ].join('|'),
  'g',
);

const finite = String.raw`(?:consen(?:s|t|tez|tent)\b|accept(?:e|es|ez|ent)\b|autoris(?:e|es|ez|ent)\b|adher(?:e|ez|ent)\b|approuv(?:e|ez|ent)\b|donn(?:e|es|ez|ent)(?: \w+){0,4} (?:accord|consentement|autorisation)\b|(?:etes|est|sont) d'accord|(?:avez|a|ont|ayez) (?:\w+ )?(?:consenti|accepte)\b|reconnais(?:sez|sent)?\b[^,]{0,30}(?:accept|consent))`;
const deemed = String.raw`(?:etes|est|sont|serez|sera|seront|soyez) (?:\w+ )?(?:repute|presume|cense|considere)\w* (?:comme )?(?:avoir |ayant |nous avoir )?(?:consent|accept|donn|autoris|d'accord|acquis)`;
const frenchSubject = String.raw`(?<!\bne )(?<!\bn')(?<!\bne \w+ )(?<!\b(?:si|que si|lorsque|quand) (?:vous|tu|le client|l'utilisateur) )`;
const surely = String.raw`(?:\w+ly|also|thereby|hereby|therefore|thus|then|acknowledge(?: and| that you| you)?|understand(?: and)?|accept and|agree and|confirm(?: that you| you)?|(?:are|is|shall be|will be|have been) (?:\w+ly )?(?:deemed|considered|taken|presumed|assumed|understood) to(?: have)?)`;
const someone = String.raw`(?:you|the user|the customer|users?|customers?|visitors?|they|i|he|she|who|anyone|whoever|everyone)`;

/** Somebody is said to agree. Whoever may agree, does not agree, or agrees only if asked, is not. */
const agreements = new RegExp(
  [
    `${frenchSubject}(?:${deemed}|(?<!\\b(?:your|my|our|their|his|her|the|no|any|this|that|explicit|without|of|on|is|to|not) )\\b${finite})`,
    String.raw`(?<!\b(?:if|whether|only where|only when|provided(?: that)?|unless|once|until) )\b${someone}(?: ${surely})* (?:consent(?:s|ed)?\b(?! (?:is|was|form|can|may))|agree(?:s|d)?\b|accept(?:s|ed)?\b|authori[sz]es?\b|give(?:s|n)?(?: \w+){0,3} (?:consent|permission|agreement)\b|grants?(?: \w+){0,3} (?:consent|permission)\b|opt(?:s|ed)? in\b)`,
    // "Anyone who uses it agrees": the person was named by the act.
    String.raw`(?<=\b(?:anyone|anybody|whoever|everyone|users?|visitors?|customers?|person|persons|people)\b[^,]{0,80}) (?:hereby )?(?:consents?|agrees?|accepts?)\b(?! (?:is|was))`,
  ].join('|'),
  'g',
);

const frenchNoun = String.raw`(?:consentement|acceptation|accord|autorisation|adhesion)`;
const englishNoun = String.raw`(?:consent|acceptance|agreement|authori[sz]ation|permission)`;
const within = '[^.!?;]{0,200}?';
/** As far as nothing is denied. */
const saying = String.raw`(?:(?!\b(?:jamais|pas|non|aucun\w*|never|not|rather)\b)[^.!?;]){0,200}?`;
const never = String.raw`(?<!\bne )(?<!\bn')(?<!\bne \w+ )(?<!\b(?:not|never|n't|nor|cannot|hardly) )(?<!\bnot be )(?<!\bnot, )(?<!\bin no way )(?<!\bque cela )`;
const means = String.raw`(?:vaut|vaudra|valent|vaille|equivaut|equivaudra|impliqu\w+|emport\w+|entrain\w+|constitu\w+|signifi\w+|marqu\w+|manifest\w+|exprim\w+|tient lieu|tiendra lieu|(?:est|sera|sont|seront) (?:(?!never|not|jamais|pas)\w+ )?(?:considere|repute|presume|interprete|assimile|valant)\w*|constitutes?|impl(?:y|ies)|means?|signif(?:y|ies)|amounts? to|(?:is|are|be|will be|shall be) (?:(?!never|not|jamais|pas)\w+ )?(?:deemed|treated|taken|considered|regarded|understood|construed)|counts?|indicates?|confirms?|is)`;

/** An act itself is said to be, or to show, an agreement. */
const meanings = [
  `\\b(?:${fr.noun}|(?:le |du )?(?:simple |seul )?fait (?:de |d')${fr.toDo}${ownAct}|${fr.toDo}${ownAct})(?=\\b)${within}${never}\\b${means}${saying}(?<!\\b(?:sans|aucun|pas de|without|no|any|not|pas un|au) )${frenchNoun}\\b`,
  `\\b${fr.toDo}${ownAct}${within},? c'est (?:accepter|consentir|donner)`,
  // At the head of a sentence: the way to do something may well be to accept an invitation.
  `^[ "«“(]*to ${en.toDo}${ownAct}${within} is to (?:accept|agree|consent|authori[sz]e)\\b`,
  `\\b(?:${en.noun}|${en.doing}${ownAct})${within}${never}\\b${means}${saying}(?<!\\b(?:without|no|not|not your|not an?|not any|any) )(?:${englishNoun}|(?:you|they|the user|the customer|the person) (?:\\w+ly )?(?:consent|agree|accept)s?)\\b`,
  `\\b${frenchNoun} (?:\\w+ )?(?:resulte|decoule|se deduit|est (?:\\w+ )?(?:deduit|donne|acquis|exprime|manifeste|repute|presume|recueilli)\\w*)${saying}(?:${fr.noun}|en ${fr.doing}${ownAct}|${fr.toDo}${ownAct})`,
  `\\b${englishNoun} (?:is|are|shall be|will be) (?:\\w+ )?(?:given|deemed|implied|presumed|assumed|inferred|expressed|obtained)${saying}\\b(?:${en.noun}|${en.doing}${ownAct}|(?:if|when|unless) you ${en.does})`,
].map((pattern) => new RegExp(pattern));

/** How one leaves again is told beside what one agrees to, and is often an act of this kind. */
const leaving =
  /(?:pour|pouvez|peux|peut|pourr\w+|puis|can|may|could|to|de|a|d') ?(?:\w+ ){0,4}?(?:(?:vous |me |se |m'|s'|l')?(?:retirer|revoquer|desinscrire|desabonner|opposer|arreter|cesser|refuser|exercer|annuler|modifier|changer)|withdraw|unsubscribe|opt out|object|stop|refuse|cancel|revoke|exercise|change)\b[^;]{0,120}$/;
/** Behind an agreement, this says when a message comes and not what the agreement is. */
const occasion =
  /^(?:lorsque|lorsqu'|quand|when|whenever|where|once|every|each|with|from|following|avec)\b/;

const isGround = (sentence: string, act: number, agreement: number): boolean => {
  if (agreement > act) return true;
  return !leaving.test(sentence.slice(0, act)) && !occasion.test(sentence.slice(act));
};

const isBySentence = (sentence: string): boolean => {
  if (meanings.some((meaning) => meaning.test(sentence))) return true;
  const acts = [...sentence.matchAll(grounds)].map(({ index }) => index);
  const agreed = [...sentence.matchAll(agreements)].map(({ index }) => index);
  return acts.some((act) => agreed.some((agreement) => isGround(sentence, act, agreement)));
};

/**
 * Whether a text takes something else for an agreement: using a service, writing a message, or saying nothing, as the
 * clause of the source article does. Such a text is neither a free nor a specific act (GDPR Art. 4(11) and 7, recital 32):
 * whatever is shown with it is no consent. Read sentence by sentence: who uses something in one and agrees in another may
 * well have been asked.
 */
export const isConsentByUse = (text: string): boolean =>
  sentencesOf(plain(text)).some(isBySentence);

export const consentByUseSentence =
  'It takes the use of a service, a message or silence for an agreement: no free and specific act of the person is in it (GDPR Art. 4(11), 7 and recital 32). Ask for each purpose by an act of its own.';
