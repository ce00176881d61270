/** Why nobody confirms through an address: what comes back from there need not be the person's own act. */
export type ConfirmingRefusal = 'own' | 'role' | 'shared';

/** What is answered to whoever asks for a confirmation; no address stands in it. */
export const confirmingSentences: Readonly<Record<ConfirmingRefusal, string>> = {
  own: 'The address on file is one of the business itself, or of its own domain: who reads it could agree in the person’s place. Record how the person agreed in another way, or state an address that is the person’s.',
  role: 'The address on file is that of a function (info, contact, sales ...), which several people read: nobody could show who agreed. State an address that is the person’s.',
  shared:
    'Several contacts have the address on file: nobody could show which of them agreed. State an address that is the person’s alone.',
};

type Mailbox = { readonly local: string; readonly domain: string };

/** Mailboxes of these are other people's, whoever else has one there. By their names, whatever country they end in. */
const publicNames: ReadonlySet<string> = new Set(
  'aol gmail gmx googlemail hotmail icloud laposte live mail msn outlook proton protonmail tutanota yahoo yandex ymail zoho'.split(
    ' ',
  ),
);
const publicDomains: ReadonlySet<string> = new Set(
  'aliceadsl.fr bbox.fr bluewin.ch cegetel.net club-internet.fr fastmail.com free.fr libero.it mac.com me.com neuf.fr numericable.fr orange.fr pm.me posteo.de posteo.net sfr.fr skynet.be t-online.de telenet.be tuta.com wanadoo.fr web.de'.split(
    ' ',
  ),
);

/** Ends of names: of a country, as in gmx.fr and yahoo.co.uk, or of none. */
const ends = /\.(?:(?:com?\.)?[a-z]{2}|com|net)$/;

const isPublic = (domain: string): boolean =>
  publicDomains.has(domain) || (ends.test(domain) && publicNames.has(domain.replace(ends, '')));

/** Names of functions: RFC 2142, and what businesses call a mailbox that nobody owns. */
const roles: ReadonlySet<string> = new Set(
  `abuse accueil admin administration administrator billing bonjour comptabilite compta contact direction donnees dpo
   facturation hello help hostmaster info informations infos jobs mail mailer-daemon marketing news newsletter no-reply noc
   noreply office postmaster presse privacy recrutement reception rgpd root rh sales sav secretariat security service-client
   serviceclient services support team vente ventes webmaster www`.split(/\s+/),
);

/** As one mailbox is written in one way: what follows a plus, and dots where they mean nothing, name no other one. */
const mailboxOf = (address: string): Mailbox => {
  const spelled = address.normalize('NFC').trim().toLowerCase();
  const at = spelled.lastIndexOf('@');
  const [local = ''] = spelled.slice(0, at).split('+');
  const domain = spelled.slice(at + 1);
  const isGoogles = domain === 'gmail.com' || domain === 'googlemail.com';
  return isGoogles ? { local: local.replaceAll('.', ''), domain: 'gmail.com' } : { local, domain };
};

const isUnder = (domain: string, parent: string): boolean => domain.endsWith(`.${parent}`);

/** Whoever has mail.shop.example reads what is sent to shop.example, and the other way round. */
const isOneBusiness = (one: string, other: string): boolean =>
  isUnder(one, other) || isUnder(other, one);

const isOwn = ({ local, domain }: Mailbox, own: Mailbox): boolean =>
  own.domain === domain
    ? own.local === local || !isPublic(domain)
    : !isPublic(domain) && !isPublic(own.domain) && isOneBusiness(domain, own.domain);

/**
 * Whether a person can confirm through an address that a business put on file: not where the business itself reads it, by
 * whatever name, nor where several people do. A file could say of any mailbox that it is somebody's.
 */
export const confirmingRefusal = (
  address: string,
  {
    own,
    isShared,
  }: {
    /** Of the business: its staff's, its officer's, where it is reached, where its mails come from and answers go. */
    readonly own: readonly string[];
    /** Several contacts of the business have it. */
    readonly isShared: boolean;
  },
): ConfirmingRefusal | undefined => {
  const mailbox = mailboxOf(address);
  if (own.some((one) => isOwn(mailbox, mailboxOf(one)))) return 'own';
  if (roles.has(mailbox.local)) return 'role';
  return isShared ? 'shared' : undefined;
};
