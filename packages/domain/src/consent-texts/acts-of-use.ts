/** What a business might call an agreement although the person did something else, or nothing at all. */
type ActOfUse =
  | 'using'
  | 'going-on'
  | 'writing'
  | 'browsing'
  | 'visiting'
  | 'installing'
  | 'silence'
  | 'not-objecting';

/** Forms of each act as patterns over plain text: lower case, without accents. */
type Forms = {
  /** After "en" and "by". */
  readonly doing: string;
  /** After "le fait de" and "to". */
  readonly toDo: string;
  /** After "si vous" and "if you". */
  readonly does: string;
  /** "l'utilisation", "your use". */
  readonly noun: string;
};

const noWish = '(?:pas|rien|aucun\\w*)';

const french: Readonly<Record<ActOfUse, Forms>> = {
  using: {
    doing:
      '(?:utilisant|recourant a|faisant (?:appel|usage)|vous servant|employant|beneficiant|profitant|acceptant de recourir)',
    toDo: '(?:utiliser|recourir a|faire (?:appel|usage)|se servir|vous servir)',
    does: '(?:utilis\\w+|recourez|recourt|faites usage|vous servez)',
    noun: '(?:utilisation|usage|recours)',
  },
  'going-on': {
    doing: '(?:continuant|poursuivant|restant|demeurant|prolongeant)',
    toDo: '(?:continuer|poursuivre|rester)',
    does: '(?:continu\\w+|poursui\\w+|reste\\w*)',
    noun: '(?:poursuite|continuation)',
  },
  writing: {
    doing:
      "(?:(?:nous |leur |lui )?(?:ecrivant|contactant|appelant|telephonant|repondant a (?:ce|nos|notre|un|l)\\w*)|communiquant|discutant|echangeant|conversant|interagissant|dialoguant|(?:nous )?(?:envoyant|adressant) (?:un|des|vos|votre|ce|tout|n'importe)\\b[^,]{0,20}message|entrant en (?:contact|relation)|prenant contact)",
    toDo: '(?:nous (?:ecrire|contacter|appeler)|ecrire|communiquer|echanger|interagir|(?:nous )?(?:envoyer|adresser) (?:un|des|tout|votre|vos) (?:\\w+ )?messages?)',
    does: '(?:nous (?:ecri\\w+|contact\\w+|appel\\w+|envoyez|envoie|adress\\w+)|envo(?:yez|ie|ient) (?:un|des|votre|vos) (?:\\w+ )?messages?|communiquez|echangez|interagissez)',
    noun: "(?:envoi d'un (?:\\w+ )?message|(?:premier )?message envoye|prise de contact|conversation)",
  },
  browsing: {
    doing: '(?:naviguant|parcourant|surfant|faisant defiler)',
    toDo: '(?:naviguer|parcourir)',
    does: '(?:navigu\\w+|parcour\\w+)',
    noun: 'navigation',
  },
  visiting: {
    doing: '(?:visitant|consultant|accedant|entrant|vous connectant|ouvrant)',
    toDo: '(?:visiter|consulter|acceder|se connecter|vous connecter|entrer|ouvrir)',
    does: '(?:visit\\w+|consult\\w+|acced\\w+|entrez|vous connectez|ouvr\\w+)',
    noun: '(?:visite|consultation|acces|connexion)',
  },
  installing: {
    doing: '(?:installant|telechargeant|lancant|demarrant)',
    toDo: '(?:installer|telecharger|lancer)',
    does: '(?:install\\w+|telecharg\\w+|lanc\\w+)',
    noun: '(?:installation|telechargement|lancement)',
  },
  silence: {
    doing: `(?:gardant le silence|vous taisant|ne (?:nous )?(?:repondant|disant|faisant|reagissant) ${noWish})`,
    toDo: `(?:garder le silence|se taire|ne ${noWish} (?:repondre|dire|faire))`,
    does: `(?:ne (?:nous )?(?:repond|di|fai|reagi)\\w* ${noWish}|vous taisez|gardez le silence)`,
    noun: '(?:silence|absence de (?:reponse|reaction)|inaction|defaut de reponse)',
  },
  'not-objecting': {
    doing:
      "(?:ne (?:vous )?(?:opposant|refusant|decochant|desinscrivant|desactivant)(?: \\w+){0,2} pas|ne vous (?:y )?opposant pas|l'absence d'opposition|laissant (?:cette|la) case cochee)",
    toDo: "(?:ne pas (?:s'opposer|vous (?:y )?opposer|refuser|decocher))",
    does: '(?:ne (?:vous (?:y )?oppos|vous desinscriv|refus|decoch|desactiv)\\w* pas)',
    noun: "(?:absence (?:d'opposition|de refus|d'objection)|non-opposition|defaut d'opposition)",
  },
};

const english: Readonly<Record<ActOfUse, Forms>> = {
  using: {
    doing: '(?:using|making use of|benefiting from|taking advantage of|employing)',
    toDo: '(?:use|make use of)',
    does: '(?:uses?|makes? use of|benefits? from)',
    noun: '(?:use|usage|utili[sz]ation)',
  },
  'going-on': {
    doing: '(?:continuing|going on|carrying on|staying|remaining|proceeding|keeping)',
    toDo: '(?:continue|go on|stay|remain|proceed)',
    does: '(?:continues?|goe?s? on|keeps?|stays?|remains?|proceeds?)',
    noun: '(?:continuation|continued presence)',
  },
  writing: {
    doing:
      '(?:messaging|writing to|contacting|communicating|interacting|chatting|corresponding|conversing|calling us|talking to|texting|replying to (?:us|this|our|any)|(?:sending|leaving) (?:us )?(?:an?|any|your|the)\\b[^,]{0,20}messages?|sending us messages|getting in touch)',
    toDo: '(?:message us|write to us|contact us|communicate with us|send us (?:an?|any) message)',
    does: '(?:(?:message|write to|contact|text|call|reply to)s? (?:us|our)|sends? (?:us )?(?:an?|any|your) (?:\\w+ )?messages?|communicates?|interacts?|chats?)',
    noun: '(?:messages? to us|conversation|first message|communication with us|contact with us)',
  },
  browsing: {
    doing: '(?:browsing|scrolling|navigating|surfing)',
    toDo: '(?:browse|scroll|navigate)',
    does: '(?:browses?|scrolls?|navigates?)',
    noun: '(?:browsing|navigation)',
  },
  visiting: {
    doing: '(?:visiting|accessing|entering|viewing|logging in|signing in|opening)',
    toDo: '(?:visit|access|enter|view|open)',
    does: '(?:visits?|access(?:es)?|enters?|views?|opens?)',
    noun: '(?:visit|access|presence)',
  },
  installing: {
    doing: '(?:installing|downloading|launching|running)',
    toDo: '(?:install|download|launch)',
    does: '(?:installs?|downloads?|launch(?:es)?)',
    noun: '(?:installation|download)',
  },
  silence: {
    doing:
      '(?:(?:keeping|remaining|staying|being) silent|not (?:replying|responding|answering|reacting|doing anything)|doing nothing|failing to (?:reply|respond|answer))',
    toDo: '(?:remain silent|do nothing)',
    does: "(?:(?:do not|does not|don't|doesn't|fails? to) (?:reply|respond|answer|react)|(?:remain|stay|keep)s? silent|do(?:es)? nothing)",
    noun: '(?:silence|inaction|inactivity|lack of (?:a )?(?:reply|response|answer)|absence of (?:a )?(?:reply|response)|failure to (?:reply|respond|answer))',
  },
  'not-objecting': {
    doing:
      '(?:not (?:objecting|opting out|refusing|unticking|unsubscribing)|failing to (?:object|opt out)|leaving (?:the|this) box ticked)',
    toDo: '(?:not object)',
    does: "(?:(?:do not|does not|don't|doesn't|fails? to) (?:object|opt out|refuse|untick|unsubscribe|tell us otherwise)|tell us otherwise|object\\b|opt out)",
    noun: '(?:(?:absence|lack) of (?:an |any )?objections?|failure to (?:object|opt out))',
  },
};

const anyOf = (forms: Readonly<Record<ActOfUse, Forms>>, name: keyof Forms): string =>
  `(?:${Object.values(forms)
    .map((form) => form[name])
    .join('|')})\\b`;

/** Each form of all acts together. */
export const actsOfUse = {
  fr: {
    doing: anyOf(french, 'doing'),
    toDo: anyOf(french, 'toDo'),
    does: anyOf(french, 'does'),
    noun: anyOf(french, 'noun'),
  },
  en: {
    doing: anyOf(english, 'doing'),
    toDo: anyOf(english, 'toDo'),
    does: anyOf(english, 'does'),
    noun: anyOf(english, 'noun'),
  },
} as const;
