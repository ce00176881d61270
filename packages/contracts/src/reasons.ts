import { z } from 'zod';

/** Why a business answer is what it is. Stable, kebab-case, for machines; `reasonTexts` is for people. */
export const Reason = z.enum([
  'allowed',
  'suppressed',
  'consent-missing',
  'consent-withdrawn',
  'pressure-cap-reached',
  'contact-unknown',
  'time-zone-unknown',
  'consent-unreadable',
  'no-probing',
  'policy-unknown',
  'channel-unwanted',
  'purpose-unwanted',
  'quiet-hours',
  'asked-recently',
  'address-unknown',
]);
export type Reason = z.infer<typeof Reason>;

export const reasonTexts: Record<Reason, { en: string; fr: string }> = {
  allowed: { en: 'Nothing stands against it.', fr: 'Rien ne s’y oppose.' },
  suppressed: {
    en: 'The person asked to be left alone: by a word, a setting or an objection.',
    fr: 'La personne a demandé à ne plus être contactée : par un mot, un réglage ou une opposition.',
  },
  'consent-missing': {
    en: 'No consent of the person is known here for this purpose on this channel.',
    fr: 'Aucun accord de la personne n’est connu ici pour cette finalité sur ce canal.',
  },
  'consent-withdrawn': {
    en: 'The person withdrew consent for this purpose on this channel.',
    fr: 'La personne a retiré son accord pour cette finalité sur ce canal.',
  },
  'pressure-cap-reached': {
    en: 'The person already received as many messages as the cap allows in one day.',
    fr: 'La personne a déjà reçu autant de messages que le plafond d’une journée le permet.',
  },
  'contact-unknown': {
    en: 'No such contact is known here.',
    fr: 'Ce contact n’est pas connu ici.',
  },
  'time-zone-unknown': {
    en: 'The person’s time zone is unknown, so the local day cannot be counted: state it with the contact. Of one that was stated a moment ago it is known within seconds; then ask again.',
    fr: 'Le fuseau horaire de la personne est inconnu : sa journée locale ne peut être comptée. Indiquez-le avec le contact ; s’il vient de l’être, il sera connu dans quelques secondes : réessayez alors.',
  },
  'consent-unreadable': {
    en: 'The consent record can no longer be read.',
    fr: 'La preuve de l’accord ne peut plus être lue.',
  },
  'no-probing': {
    en: 'A message is never sent only to observe what becomes of it.',
    fr: 'Un message n’est jamais envoyé dans le seul but d’observer ce qu’il devient.',
  },
  'policy-unknown': {
    en: 'A refusal may have been missed here, so nothing is allowed: ask again in some seconds; if it stays so, an operator must mend it.',
    fr: 'Un refus a pu nous échapper : rien n’est autorisé. Redemandez dans quelques secondes ; si cela dure, un exploitant doit intervenir.',
  },
  'channel-unwanted': {
    en: 'The person does not want to be written to on this channel.',
    fr: 'La personne ne souhaite pas recevoir de messages sur ce canal.',
  },
  'purpose-unwanted': {
    en: 'The person does not want to be written to for this purpose.',
    fr: 'La personne ne souhaite pas recevoir de messages pour cette finalité.',
  },
  'asked-recently': {
    en: 'The person was asked a short time ago and is not pressed.',
    fr: 'La personne a été sollicitée il y a peu : on n’insiste pas.',
  },
  'address-unknown': {
    en: 'No e-mail address of this person is known here.',
    fr: 'Aucune adresse électronique de cette personne n’est connue ici.',
  },
  'quiet-hours': {
    en: 'It is a time of day at which the person does not want to be written to.',
    fr: 'La personne ne souhaite pas recevoir de messages à cette heure.',
  },
};
