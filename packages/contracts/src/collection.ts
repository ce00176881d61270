import { type SignalKind, reportedSenderKinds } from './signals.ts';

/**
 * What only a person with the app in hand can see. No official API tells it, and a machine that looks is
 * the automated collection that WhatsApp's terms forbid.
 */
export const humanKinds = [
  'photo-seen',
  'photo-missing',
  'presence-seen',
  'presence-missing',
  'group-receipt-missing',
  'group-add-accepted',
  'group-add-refused',
] as const satisfies readonly SignalKind[];
export type HumanKind = (typeof humanKinds)[number];

const humans = new Set<string>(humanKinds);
export const isHumanKind = (kind: string): kind is HumanKind => humans.has(kind);

/** What the CRM may say of the sender as a whole; floods and unknown codes are the platform's own counts. */
export const tenantKinds = ['incident-opened', 'incident-closed', ...reportedSenderKinds] as const;
export type TenantKind = (typeof tenantKinds)[number];

const ofTenant = new Set<string>(tenantKinds);
export const isTenantKind = (kind: string): kind is TenantKind => ofTenant.has(kind);

/** Names of unofficial clients, of browsers driven by programs, and of programs that sign as an observer. */
const machines =
  /baileys|whats ?app ?web ?js|wwebjs|whatsmeow|yowsup|venom ?bot|wpp ?connect|open ?wa\b|\bwa ?automate|\bwaha\b|evolution ?api|green ?api|ultramsg|maytapi|\bwhapi|selenium|puppeteer|playwright|chromedriver|webdriver|appium|headless|scrap(?:er|ing|y)\b|crawler|\bchat ?bot|\bbots?\b|\brobot|\bautomat|\bcron\b|\bscripts?\b/;

/** True for a text that names an automated or unofficial way of looking. */
export const namesMachine = (text: string): boolean =>
  machines.test(
    text
      .toLowerCase()
      .normalize('NFKD')
      .replaceAll(/[^a-z0-9]+/g, ' '),
  );

/** Why such a line is refused, in the one sentence a caller gets. */
export const automationRefusal =
  'Automated or unofficial collection is not taken: WhatsApp’s terms forbid it outside the official API, and this house takes only what the official API said or a person saw. Send what a person noted, and who.';
