import { Injectable } from '@nestjs/common';
import { Channel, type PageLanguage, Purpose } from '@tact/contracts';
import type { LeavingMail, MailDocument, MailKind, MayLeave, Queryable } from '@tact/platform';
import { sentenceOf } from '../wording/sentences.ts';
import { shownName } from '../wording/shown-name.ts';
import { MayBeAsked } from './may-be-asked.ts';

const aboutIn = ({ tenantId, subject: contactId, about }: LeavingMail) => ({
  tenantId,
  contactId,
  purpose: Purpose.parse(about['purpose']),
  channel: Channel.parse(about['channel']),
  withdrawn: about['withdrawn'] ?? 'never',
  address: about['address'] ?? '',
});

/** Asks whether the person agrees: it leaves only if nothing was refused meanwhile. */
@Injectable()
export class ConfirmationMails implements MailKind {
  readonly name = 'consent-confirmation';

  constructor(private readonly asked: MayBeAsked) {}

  mayStillLeave(tx: Queryable, mail: LeavingMail): Promise<MayLeave> {
    return this.asked.mayStillAsk(tx, aboutIn(mail));
  }
}

/** Says what was recorded: of what the person took back since, nothing is said any more. */
@Injectable()
export class ReceiptMails implements MailKind {
  readonly name = 'consent-receipt';

  constructor(private readonly asked: MayBeAsked) {}

  mayStillLeave(tx: Queryable, mail: LeavingMail): Promise<boolean> {
    return this.asked.stillHolds(tx, aboutIn(mail));
  }
}

export type Mailed = {
  readonly language: PageLanguage;
  /** The business, by the name it gave itself. */
  readonly name: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  /** Where the way out leads. */
  readonly wayOut: string;
};

/** The mail with the link. */
export const confirmationMail = (mailed: Mailed & { readonly link: string }): MailDocument => {
  const { language, wayOut, link } = mailed;
  const name = shownName(mailed.name);
  if (language === 'fr') {
    return {
      language,
      subject: `${name} : confirmez votre accord`,
      blocks: [
        { kind: 'paragraph', text: sentenceOf('mailAsks', { ...mailed, name }, 'fr') },
        { kind: 'link', label: 'Lire le texte et confirmer', url: link },
        {
          kind: 'paragraph',
          text: 'Ce lien est valable sept jours et ne sert qu’une fois. Sans confirmation de votre part, rien ne change. Si vous n’avez rien demandé, ignorez ce message.',
        },
        { kind: 'link', label: 'Ne plus recevoir ces messages, ou choisir lesquels', url: wayOut },
      ],
      footer: `Vous recevez ce message parce que votre adresse a été donnée à ${name}.`,
    };
  }
  return {
    language,
    subject: `${name}: please confirm your consent`,
    blocks: [
      { kind: 'paragraph', text: sentenceOf('mailAsks', { ...mailed, name }, 'en') },
      { kind: 'link', label: 'Read the text and confirm', url: link },
      {
        kind: 'paragraph',
        text: 'The link works for seven days and once only. Unless you confirm, nothing changes. If you did not ask for this, ignore this message.',
      },
      { kind: 'link', label: 'Stop these messages, or choose which', url: wayOut },
    ],
    footer: `You receive this message because your address was given to ${name}.`,
  };
};

/** The mail with the receipt. */
export const receiptMail = (mailed: Mailed & { readonly receipt: string }): MailDocument => {
  const { language, wayOut, receipt } = mailed;
  const name = shownName(mailed.name);
  if (language === 'fr') {
    return {
      language,
      subject: `${name} : votre accord est enregistré`,
      blocks: [
        { kind: 'paragraph', text: sentenceOf('agreed', mailed, 'fr') },
        {
          kind: 'paragraph',
          text: 'Vous pouvez changer d’avis à tout moment, aussi simplement :',
        },
        { kind: 'link', label: 'Retirer mon accord, ou choisir mes messages', url: wayOut },
        {
          kind: 'paragraph',
          text: 'Voici votre reçu signé. Conservez-le si vous le souhaitez : il prouve ce que vous avez accepté, et peut être vérifié par n’importe qui.',
        },
        { kind: 'paragraph', text: receipt },
      ],
      footer: `Vous recevez ce message parce que vous venez de donner votre accord à ${name}.`,
    };
  }
  return {
    language,
    subject: `${name}: your consent is recorded`,
    blocks: [
      { kind: 'paragraph', text: sentenceOf('agreed', mailed, 'en') },
      { kind: 'paragraph', text: 'You can change your mind at any time, just as easily:' },
      { kind: 'link', label: 'Withdraw my consent, or choose my messages', url: wayOut },
      {
        kind: 'paragraph',
        text: 'Here is your signed receipt. Keep it if you like: it shows what you agreed to, and anybody can verify it.',
      },
      { kind: 'paragraph', text: receipt },
    ],
    footer: `You receive this message because you have just given your consent to ${name}.`,
  };
};
