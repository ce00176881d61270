import type { Words } from '@tact/platform/pages';

export const words: Words<
  | 'title'
  | 'goneAll'
  | 'lead'
  | 'stop'
  | 'stopHint'
  | 'all'
  | 'allHint'
  | 'how'
  | 'howLead'
  | 'channels'
  | 'channelsHint'
  | 'purposes'
  | 'quiet'
  | 'quietHint'
  | 'from'
  | 'to'
  | 'perDay'
  | 'perDayAny'
  | 'none'
  | 'language'
  | 'save'
  | 'stands'
  | 'asBefore'
  | 'wrongHour'
  | 'missingHour'
  | 'sameHours'
  | 'tooMany'
  | 'wrongNumber'
  | 'onlyLess'
  | 'footer'
> = {
  fr: {
    title: 'Vos messages, vos choix',
    goneAll: 'C’est noté : nous ne vous écrirons plus.',
    lead: 'Un clic suffit, sans compte ni justification. Votre choix prend effet tout de suite.',
    stop: 'Ne plus recevoir ces messages',
    stopHint: 'Vos autres choix ne changent pas.',
    all: 'Ne plus rien recevoir',
    allHint:
      'Sur aucun canal et pour aucun motif, et sans analyse de l’acheminement de nos messages.',
    how: 'Choisir comment nous vous écrivons',
    howLead:
      'Ces réglages ne font que limiter nos messages : ils ne remplacent pas votre accord là où il est nécessaire.',
    channels: 'Vous écrire par',
    channelsHint: 'Si vous ne cochez rien, nous ne vous écrirons plus.',
    purposes: 'Au sujet de',
    quiet: 'Ne pas m’écrire entre certaines heures',
    quietHint: 'À l’heure de chez vous. Laissez vide pour ne pas fixer d’horaire.',
    from: 'De (par exemple 20:00)',
    to: 'Jusqu’à (par exemple 09:00)',
    perDay: 'Nombre de messages par jour, au plus',
    perDayAny: 'Selon nos propres limites',
    none: 'Aucun',
    language: 'Langue des messages',
    save: 'Enregistrer mes choix',
    stands: 'Vos choix sont enregistrés.',
    asBefore: 'Comme jusqu’à présent',
    wrongHour: 'Indiquez une heure, comme 20:00 ou 20h.',
    missingHour: 'Indiquez aussi cette heure, ou laissez les deux vides.',
    sameHours: 'Indiquez deux heures différentes, comme 20:00 et 09:00.',
    tooMany: 'Indiquez moins de plages horaires.',
    wrongNumber: 'Choisissez un nombre de la liste.',
    onlyLess:
      'Ces choix ont été faits depuis une autre adresse : d’ici, vous pouvez seulement limiter davantage nos messages.',
    footer:
      'Cette page vous est ouverte par le lien de notre message. Ne transmettez pas ce lien : il permet de changer vos choix.',
  },
  en: {
    title: 'Your messages, your choice',
    goneAll: 'Done: we will not write to you any more.',
    lead: 'One click is enough, without an account or a reason. It takes effect at once.',
    stop: 'Stop these messages',
    stopHint: 'Your other choices stay as they are.',
    all: 'Stop everything',
    allHint:
      'On every channel and for every reason, and no more analysis of how our messages are delivered.',
    how: 'Choose how we write to you',
    howLead:
      'These settings only ever limit our messages: they do not replace your consent where it is needed.',
    channels: 'Write to me by',
    channelsHint: 'If you tick none, we will not write to you any more.',
    purposes: 'About',
    quiet: 'Do not write to me between certain hours',
    quietHint: 'By the clock where you live. Leave both empty for no such hours.',
    from: 'From (20:00, for example)',
    to: 'Until (09:00, for example)',
    perDay: 'Most messages a day',
    perDayAny: 'By our own limits',
    none: 'None',
    language: 'Language of the messages',
    save: 'Save my choices',
    stands: 'Your choices are saved.',
    asBefore: 'As until now',
    wrongHour: 'Give a time, such as 20:00 or 8 pm.',
    missingHour: 'Give this time as well, or leave both empty.',
    sameHours: 'Give two different times, such as 20:00 and 09:00.',
    tooMany: 'Give fewer hours.',
    wrongNumber: 'Choose a number from the list.',
    onlyLess:
      'These choices were made through another address: from here you can only ask for less.',
    footer:
      'The link in our message opens this page to you. Do not pass the link on: it lets people change your choices.',
  },
};
