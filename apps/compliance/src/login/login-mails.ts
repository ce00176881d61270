import { Injectable } from '@nestjs/common';
import {
  type LeavingMail,
  type MailDocument,
  type MailKind,
  MailOutbox,
  type Queryable,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';

export const loginMailKind = 'staff-login';

/** Into the console: by a link that signs in once, or, where people sign in at a provider, by the front door. */
type Way = { readonly url: string; readonly expiresAt?: string };

type Texts = {
  readonly subject: string;
  readonly hello: (name: string) => string;
  readonly invited: string;
  readonly asked: string;
  readonly link: string;
  readonly once: (until: string) => string;
  readonly footer: string;
};

const texts: Readonly<Record<'fr' | 'en', Texts>> = {
  fr: {
    subject: 'Votre accès à Tact',
    hello: (name) => `Bonjour ${name},`,
    invited: 'Un accès à la console de Tact a été créé pour vous.',
    asked: 'Voici le lien de connexion demandé pour vous.',
    link: 'Se connecter',
    once: (until) =>
      `Ce lien ne fonctionne qu’une fois, jusqu’au ${until}. Ne le transmettez à personne : il ouvre une session à votre nom.`,
    footer:
      'Vous recevez ce message parce qu’un administrateur de votre entreprise vous a donné accès à Tact. Si ce n’est pas attendu, prévenez-le et n’utilisez pas le lien.',
  },
  en: {
    subject: 'Your access to Tact',
    hello: (name) => `Hello ${name},`,
    invited: 'Access to the Tact console has been set up for you.',
    asked: 'Here is the sign-in link that was requested for you.',
    link: 'Sign in',
    once: (until) =>
      `This link works once, until ${until}. Do not pass it on: it opens a session in your name.`,
    footer:
      'You receive this message because an administrator of your company gave you access to Tact. If you did not expect it, tell them and do not use the link.',
  },
};

const untilOf = (expiresAt: string, language: 'fr' | 'en'): string =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Paris',
  }).format(new Date(expiresAt));

const documentOf = (
  { language, name }: { readonly language: 'fr' | 'en'; readonly name: string },
  { url, expiresAt }: Way,
  why: 'invited' | 'asked',
): MailDocument => {
  const words = texts[language];
  const once = expiresAt === undefined ? [] : [words.once(untilOf(expiresAt, language))];
  const paragraph = (text: string) => ({ kind: 'paragraph', text }) as const;
  return {
    language,
    subject: words.subject,
    blocks: [
      paragraph(words.hello(name)),
      paragraph(words[why]),
      { kind: 'link', label: words.link, url },
      ...once.map(paragraph),
    ],
    footer: words.footer,
  };
};

/** Mails that let a member of staff in. Whoever was dismissed meanwhile gets none. */
@Injectable()
export class LoginMails implements MailKind {
  readonly name = loginMailKind;

  constructor(
    private readonly staff: StaffRegister,
    private readonly outbox: MailOutbox,
  ) {}

  get areSent(): boolean {
    return this.outbox.isOpen;
  }

  async send(
    tx: Queryable,
    person: StaffRecord,
    { why, ...way }: Way & { readonly why: 'invited' | 'asked' },
  ): Promise<void> {
    const { tenantId, staffId: subject, language } = person;
    const [name, to] = [await this.staff.nameOf(person), await this.staff.emailOf(person)];
    if (name === undefined || to === undefined) return;
    await this.outbox.enqueue(tx, {
      kind: loginMailKind,
      tenantId,
      subject,
      to,
      document: documentOf({ language, name }, way, why),
      ...(way.expiresAt === undefined ? {} : { notAfter: new Date(way.expiresAt) }),
    });
  }

  async mayStillLeave(
    tx: Queryable,
    { tenantId, subject: staffId }: LeavingMail,
  ): Promise<boolean> {
    const person = await this.staff.find(tx, { tenantId, staffId });
    return person?.dismissedAt === null;
  }
}
