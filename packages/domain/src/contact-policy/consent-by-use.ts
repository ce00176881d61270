/** Spaces, marks and accents away, so that a text is found however it was typed. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F\u00AD\u200B-\u200F\u2060\uFEFF]/g, '')
    .replaceAll(/[’ʼ‘`´]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .toLowerCase();

/** As far as the sentence goes: who uses something in one sentence and agrees in another may well have been asked. */
const within = '[^.!?;]{0,240}?';

const using = {
  fr: String.raw`(?:en (?:utilisant|continuant|poursuivant|naviguant|accedant|ecrivant|contactant|communiquant|interagissant|recourant|faisant appel|nous (?:ecrivant|contactant))|du (?:seul |simple )?fait (?:d'utiliser|de l'utilisation|de continuer)|par (?:votre|la simple|la seule|l') ?utilisation)`,
  en: String.raw`(?:by (?:using|continuing|accessing|browsing|messaging|writing|contacting|communicating|interacting|visiting|your (?:continued )?use)|through your (?:continued )?use|(?:if|when|whenever|as long as) you (?:continue (?:to use|using)|use|keep using))`,
} as const;
const agreeing = {
  fr: String.raw`\b(?:vous|l'utilisateur|le client|la personne|je|j'|il|elle|on) ?(?:(?:ainsi|aussi|automatiquement|egalement|expressement|implicitement|librement|etes repute\w*|est repute\w*|reconnaissez|reconnait|nous) )*(?:consent(?!ement)|accept|donn\w+ (?:\w+ ){0,3}(?:accord|consentement)|autoris)`,
  en: String.raw`\b(?:you|the user|the customer|i|they)(?: (?:also|automatically|freely|hereby|implicitly|expressly|explicitly|thereby|therefore|(?:are|is|shall be|will be) deemed to(?: have)?))* (?:consent|agree|accept|authoris|authoriz|give (?:\w+ ){0,3}consent)`,
} as const;
const use = {
  fr: String.raw`(?:l'(?:utilisation|usage|acces)|(?:toute|la simple|la seule) utilisation|la poursuite de (?:la|votre) (?:navigation|conversation|utilisation)|le (?:simple |seul )?fait d'utiliser)`,
  en: String.raw`(?:(?:your |the |any )?(?:continued |mere )?(?:use|usage|using|access)\b)`,
} as const;
const meaning = {
  fr: String.raw`(?:vaut|valent|equivaut|implique|emporte|entraine|constitue|signifie)${within}(?:consentement|acceptation|accord)`,
  en: String.raw`(?:constitutes?|implies|means|signifies|amounts to|is deemed|shall be deemed|counts as)${within}(?:consent|acceptance|agreement|agree)`,
} as const;

const clauses = [
  `${using.fr}${within}${agreeing.fr}`,
  `${agreeing.fr}${within}${using.fr}`,
  `${use.fr}${within}${meaning.fr}`,
  `\\b${using.en}${within}\\b${agreeing.en}`,
  `\\b${agreeing.en}${within}\\b${using.en}`,
  `\\b${use.en}${within}\\b${meaning.en}`,
].map((pattern) => new RegExp(pattern));

/**
 * Whether a text takes the use of a service for an agreement, as the clause of the source article does. Such a text is
 * neither a free nor a specific act (GDPR Art. 4(11) and 7, recital 32): whatever is shown with it is no consent.
 */
export const isConsentByUse = (text: string): boolean => {
  const read = plain(text);
  return clauses.some((clause) => clause.test(read));
};

export const consentByUseSentence =
  'It takes the use of a service for an agreement: no free and specific act of the person is in it (GDPR Art. 4(11), 7 and recital 32). Ask for each purpose by an act of its own.';
