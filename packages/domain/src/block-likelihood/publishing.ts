import type { Band, Causes, Sentence, SignalFamily } from '@tact/contracts';
import type { Priors } from './priors.ts';

export type Judged = {
  readonly causes: Causes;
  /** Families that point to a block, with the probability had each never been observed. */
  readonly against: readonly {
    readonly family: SignalFamily;
    readonly probabilityWithout: number;
  }[];
  /** Families with an observation that points to a block; silence alone is none. */
  readonly negativeFamilies: number;
  readonly signsOfLife: number;
};

export type Ruling = {
  readonly band: Band;
  readonly rule: { readonly outcome: 'published' | 'held-back'; readonly sentence: Sentence };
};

const oneFamily: Sentence = {
  fr: 'Retenu : un seul genre d’observation ne permet pas de conclure ; une autre cause reste possible.',
  en: 'Held back: one kind of observation cannot conclude; another cause remains possible.',
};
const onlyOne: Sentence = {
  fr: 'Retenu à « soupçonné » : un seul genre d’observation ne permet pas de conclure, si net qu’il soit.',
  en: 'Held back at “suspected”: one kind of observation cannot conclude, however clear it is.',
};
const leansOnOne: Sentence = {
  fr: 'Retenu à « soupçonné » : sans l’un des genres d’observation, la conclusion ne tiendrait pas.',
  en: 'Held back at “suspected”: without one of the kinds of observation the conclusion would not stand.',
};

const published: Record<Band, Sentence> = {
  reachable: {
    fr: 'Rien n’indique un blocage : le téléphone donne signe de vie.',
    en: 'Nothing points to a block: the phone shows signs of life.',
  },
  undetermined: {
    fr: 'Les observations ne permettent pas de dire ce qui se passe.',
    en: 'The observations do not tell what is going on.',
  },
  unreachable: {
    fr: 'Une autre cause qu’un blocage est plus probable : téléphone éteint, voyage ou numéro abandonné.',
    en: 'A cause other than a block is more likely: phone off, travel or a number given up.',
  },
  suspected: {
    fr: 'Plusieurs genres d’observation vont dans le même sens ; aucune certitude.',
    en: 'Several kinds of observation point the same way; nothing is certain.',
  },
  probable: {
    fr: 'Plusieurs genres d’observation concordent et aucun ne porte seul la conclusion ; WhatsApp ne la confirme jamais.',
    en: 'Several kinds of observation agree and none carries the conclusion alone; WhatsApp never confirms it.',
  },
};

const publish = (band: Band): Ruling => ({
  band,
  rule: { outcome: 'published', sentence: published[band] },
});
const holdBack = (band: Band, sentence: Sentence): Ruling => ({
  band,
  rule: { outcome: 'held-back', sentence },
});

/** The publishing rule of the scoring page, section 4: no single family may conclude, and no band is certain. */
export const ruled = (judged: Judged, { publishing }: Priors): Ruling => {
  const { causes, against, negativeFamilies, signsOfLife } = judged;
  const others = causes['phone-off'] + causes['long-off'] + causes.churned + causes.network;
  if (causes.blocked >= publishing.suspected.value) {
    if (negativeFamilies < publishing.negativeFamiliesMin.value) {
      const isStrong = causes.blocked >= publishing.suspectedByOneFamily.value;
      return isStrong ? holdBack('suspected', onlyOne) : holdBack('undetermined', oneFamily);
    }
    if (causes.blocked < publishing.probable.value) return publish('suspected');
    const stands = against.every(
      ({ probabilityWithout }) => probabilityWithout >= publishing.probableWithoutOneFamily.value,
    );
    return stands ? publish('probable') : holdBack('suspected', leansOnOne);
  }
  if (others >= publishing.otherCause.value && negativeFamilies > 0) return publish('unreachable');
  const isReachable = causes.reachable >= publishing.reachable.value && signsOfLife > 0;
  return publish(isReachable ? 'reachable' : 'undetermined');
};
